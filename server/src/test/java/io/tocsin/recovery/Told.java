package io.tocsin.recovery;

import io.tocsin.store.Columns;
import io.tocsin.store.Database;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as the tests see it: straight from the table. */
record Told(
    UUID account,
    long sequence,
    String name,
    String severity,
    String summary,
    String description,
    @Nullable String correctiveAction,
    UUID correlation,
    UUID resource,
    List<UUID> alsoConcerned,
    boolean isNotification) {

  /** Everything, each account's in its order. */
  static List<Told> all(Database database) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select account_id, sequence, name, severity, summary, description,
                       corrective_action, correlation_id, resource_id, additional_resource_ids,
                       is_notification
                  from event order by account_id, sequence
                """)
            .map((row, _) ->
                new Told(
                    Columns.uuid(row, "account_id"),
                    row.getLong("sequence"),
                    row.getString("name"),
                    row.getString("severity"),
                    row.getString("summary"),
                    row.getString("description"),
                    row.getString("corrective_action"),
                    Columns.uuid(row, "correlation_id"),
                    Columns.uuid(row, "resource_id"),
                    Arrays.asList((UUID[]) row.getArray("additional_resource_ids").getArray()),
                    row.getBoolean("is_notification")))
            .list());
  }

  /** Its gist: name and severity. */
  String gist() {
    return name + " " + severity;
  }
}
