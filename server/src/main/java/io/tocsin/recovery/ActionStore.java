package io.tocsin.recovery;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code operator_action}. */
final class ActionStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> DETAILS = new TypeReference<>() {};

  private static final String COLUMNS = "uuid, at, operator, action, why, details";

  private ActionStore() {}

  /** Who cancelled the recovery and why; empty when nobody is on record. */
  static Optional<String> cancellation(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select operator || ': ' || why from operator_action
            where recovery_id = :recovery and action = 'cancel'
            order by id desc limit 1
            """)
        .bind("recovery", recovery)
        .mapTo(String.class)
        .findOne();
  }

  /** Adds a row and returns its number. */
  static long insert(Handle tx, Deed deed) {
    Target about = deed.about();
    return tx.createQuery(
            """
            insert into operator_action
                   (operator, action, why, segment_uuid, host_id, recovery_id, details)
            values (:operator, :action, :why, cast(:segment as uuid), cast(:host as bigint),
                    cast(:recovery as bigint), cast(:details as jsonb))
            returning id
            """)
        .bind("operator", deed.by().text())
        .bind("action", deed.kind().wire())
        .bind("why", deed.why())
        .bindByType("segment", about.segmentValue(), UUID.class)
        .bindByType("host", about.hostNumber(), Long.class)
        .bindByType("recovery", about.recoveryNumber(), Long.class)
        .bind("details", JSON.writeValueAsString(deed.allDetails()))
        .mapTo(Long.class)
        .one();
  }

  /** When it was done, on the database's clock. */
  static Instant at(Handle tx, long number) {
    return tx.createQuery("select at from operator_action where id = :id")
        .bind("id", number)
        .map((row, _) -> Columns.instant(row, "at"))
        .one();
  }

  /** The number of the action with that id. */
  static OptionalLong number(Handle handle, UUID id) {
    Optional<Long> number =
        handle
            .createQuery("select id from operator_action where uuid = :uuid")
            .bind("uuid", id)
            .mapTo(Long.class)
            .findOne();
    return number.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  static Optional<OperatorAction> find(Handle handle, UUID id) {
    return handle
        .createQuery("select " + COLUMNS + " from operator_action where uuid = :uuid")
        .bind("uuid", id)
        .map((row, _) -> action(row))
        .findOne();
  }

  /** The newest first, of those with a lower number. */
  static List<OperatorAction> list(Handle handle, long before, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from operator_action where id < :before order by id desc limit :limit")
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> action(row))
        .list();
  }

  /** In the order in which they were done. Index: {@code operator_action_by_recovery}. */
  static List<OperatorAction> ofRecovery(Handle handle, long recovery, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from operator_action where recovery_id = :recovery order by id limit :limit")
        .bind("recovery", recovery)
        .bind("limit", limit)
        .map((row, _) -> action(row))
        .list();
  }

  private static OperatorAction action(ResultSet row) throws SQLException {
    return new OperatorAction(
        Columns.uuid(row, "uuid"),
        Columns.instant(row, "at"),
        row.getString("operator"),
        row.getString("action"),
        row.getString("why"),
        JSON.readValue(row.getString("details"), DETAILS));
  }
}
