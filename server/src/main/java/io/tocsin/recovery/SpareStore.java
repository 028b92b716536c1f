package io.tocsin.recovery;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code reserved_host_claim}. */
final class SpareStore {
  private SpareStore() {}

  /**
   * A claimed spare.
   *
   * @param wasEnabled whether the cloud gave it instances before; empty until that was looked at
   */
  record Held(long host, Optional<Boolean> wasEnabled) {}

  /** False when another recovery has it; waits for one that is just deciding. */
  static boolean claim(Handle tx, long recovery, long host) {
    return tx.createUpdate(
                """
                insert into reserved_host_claim (host_id, recovery_id) values (:host, :recovery)
                on conflict (host_id) do nothing
                """)
            .bind("host", host)
            .bind("recovery", recovery)
            .execute()
        == 1;
  }

  /** The spare that the recovery has in use; at most one. */
  static Optional<Held> find(Handle handle, long recovery) {
    return handle
        .createQuery(
            "select host_id, was_enabled from reserved_host_claim where recovery_id = :recovery")
        .bind("recovery", recovery)
        .map((row, _) ->
            new Held(
                row.getLong("host_id"),
                Optional.ofNullable(row.getObject("was_enabled", Boolean.class))))
        .findFirst();
  }

  /** Kept as it was first seen, whoever enabled it since. */
  static void wasEnabled(Handle tx, long host, boolean wasEnabled) {
    tx.createUpdate(
            """
            update reserved_host_claim set was_enabled = coalesce(was_enabled, :was_enabled)
            where host_id = :host
            """)
        .bind("was_enabled", wasEnabled)
        .bind("host", host)
        .execute();
  }

  static void release(Handle tx, long recovery) {
    tx.createUpdate("delete from reserved_host_claim where recovery_id = :recovery")
        .bind("recovery", recovery)
        .execute();
  }
}
