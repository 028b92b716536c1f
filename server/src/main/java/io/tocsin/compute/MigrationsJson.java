package io.tocsin.compute;

import io.tocsin.openstack.Answer;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code GET /os-migrations}. */
final class MigrationsJson {
  /** What an evacuation is once a host has taken it on, until that ends it. */
  private static final Set<String> TAKEN_ON = Set.of("pre-migrating");

  /** What an evacuation is before it has ended; other words are of other kinds of migration. */
  private static final Set<String> UNFINISHED = Set.of("accepted", "pre-migrating");

  private MigrationsJson() {}

  /**
   * Where the latest evacuation of that server is heading; empty when it is over or nobody knows.
   */
  static Optional<String> evacuationTarget(Answer answer, ServerId server) {
    return target(answer, server, UNFINISHED);
  }

  /** The host that has taken on the latest evacuation of that server and not ended it. */
  static Optional<String> evacuationHost(Answer answer, ServerId server) {
    return target(answer, server, TAKEN_ON);
  }

  private static Optional<String> target(Answer answer, ServerId server, Set<String> statuses) {
    JsonNode migrations = answer.tree().path("migrations");
    if (!migrations.isArray()) {
      throw unreadable(answer, "the answer lacks migrations");
    }
    // The list has no order, and another cloud than Nova may not heed the filters.
    JsonNode latest = null;
    for (JsonNode each : migrations) {
      if (isEvacuationOf(server, each)
          && (latest == null || number(each, answer) > number(latest, answer))) {
        latest = each;
      }
    }
    return Optional.ofNullable(latest).flatMap(migration -> target(migration, answer, statuses));
  }

  private static boolean isEvacuationOf(ServerId server, JsonNode migration) {
    return migration.path("migration_type").asString("").equals("evacuation")
        && migration.path("instance_uuid").asString("").equalsIgnoreCase(server.value().toString());
  }

  private static long number(JsonNode migration, Answer answer) {
    JsonNode id = migration.path("id");
    if (!id.isIntegralNumber() || !id.canConvertToLong()) {
      throw unreadable(answer, "a migration lacks id");
    }
    return id.longValue();
  }

  private static Optional<String> target(JsonNode migration, Answer answer, Set<String> statuses) {
    JsonNode status = migration.path("status");
    if (!status.isString()) {
      throw unreadable(answer, "migration " + number(migration, answer) + " lacks status");
    }
    @Nullable String host = migration.path("dest_compute").asString(null);
    return statuses.contains(status.asString()) && host != null && !host.isEmpty()
        ? Optional.of(host)
        : Optional.empty();
  }

  private static CallFailedException unreadable(Answer answer, String what) {
    return new CallFailedException(new CallFailure.Unreadable(answer.status(), what), null);
  }
}
