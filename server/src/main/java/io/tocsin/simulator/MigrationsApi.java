package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.http.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code os-migrations} as it was before 2.59: no pages, the oldest first, filters that are not
 * known have no effect. Evacuations are all there is. Called inside {@link Region#alone}.
 */
final class MigrationsApi {
  private record Row(SimulatedServer server, Migration migration) {}

  private final Region region;

  MigrationsApi(Region region) {
    this.region = region;
  }

  ObjectNode list(Query query, Microversion version) {
    if (version.isAtLeast(59)) {
      throw NovaError.notFound("The simulated cloud lists migrations before 2.59 only.");
    }
    List<Row> rows = new ArrayList<>();
    for (SimulatedServer server : servers(query)) {
      for (Migration migration : server.migrations()) {
        if (fits(migration, query)) {
          rows.add(new Row(server, migration));
        }
      }
    }
    rows.sort(Comparator.comparingInt(row -> row.migration().id()));
    ObjectNode json = Json.object();
    ArrayNode migrations = json.putArray("migrations");
    rows.forEach(row -> migrations.add(write(row, version)));
    return json;
  }

  /** The migrations of a deleted server are deleted with it. */
  private Collection<SimulatedServer> servers(Query query) {
    Optional<String> id = query.last("instance_uuid");
    if (id.isEmpty()) {
      return region.state().servers().values();
    }
    return id
        .flatMap(ServerLists::uuid)
        .flatMap((UUID uuid) -> region.state().findServer(uuid))
        .filter(server -> !server.state().isDeleted())
        .stream()
        .toList();
  }

  private static boolean fits(Migration migration, Query query) {
    return is(query, "migration_type", "evacuation")
        && is(query, "status", migration.status().text())
        && is(query, "source_compute", migration.source())
        && (is(query, "host", migration.source()) || is(query, "host", migration.target()));
  }

  private static boolean is(Query query, String filter, @Nullable String value) {
    return query.last(filter).map(wanted -> wanted.equals(value)).orElse(true);
  }

  private ObjectNode write(Row row, Microversion version) {
    Migration migration = row.migration();
    // Until a host has made room for the server, its name is all that may be known of it.
    SimulatedHost target =
        migration.target() == null || !isClaimed(migration)
            ? null
            : region.state().findHost(migration.target()).orElse(null);
    Instant changed = migration.changed();
    ObjectNode json = Json.object();
    json.put("id", migration.id());
    json.put("instance_uuid", row.server().id().toString());
    if (version.isAtLeast(23)) {
      json.put("migration_type", "evacuation");
    }
    json.put("status", migration.status().text());
    json.put("source_compute", migration.source());
    json.put(
        "source_node",
        region.state().findHost(migration.source()).map(SimulatedHost::hypervisor).orElse(null));
    json.put("dest_compute", migration.target());
    json.put("dest_node", target == null ? null : target.hypervisor());
    json.put("dest_host", target == null ? null : address(target));
    json.putNull("old_instance_type_id");
    json.putNull("new_instance_type_id");
    json.put("created_at", ServerJson.micros(migration.at()));
    json.put("updated_at", changed == null ? null : ServerJson.micros(changed));
    return json;
  }

  private static String address(SimulatedHost host) {
    return "10.255.%d.%d".formatted(host.number() >> 8 & 255, host.number() & 255);
  }

  private static boolean isClaimed(Migration migration) {
    return switch (migration.status()) {
      case ACCEPTED, ERROR -> false;
      case PRE_MIGRATING, DONE, FAILED -> true;
    };
  }
}
