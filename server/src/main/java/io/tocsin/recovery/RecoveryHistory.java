package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Ids;
import io.tocsin.failover.Refusal;
import io.tocsin.failover.RefusedException;
import io.tocsin.store.Database;
import io.tocsin.store.Keyset;
import io.tocsin.store.PageRequest;
import java.util.List;
import java.util.Optional;

/**
 * What recoveries did, read from the database alone: works on any node, whether the recovery runs,
 * is done, or its host is long gone. Thread-safe.
 */
public final class RecoveryHistory {
  /** Columns a vmove list may be sorted by (Instance HA spec §6.2). */
  public static final List<String> VMOVE_SORT_COLUMNS = VmoveListStore.KEYSET.columnNames();

  private final Database database;

  public RecoveryHistory(Database database) {
    this.database = database;
  }

  /**
   * The moves of one host recovery. Filters are exact; a value that cannot occur gives an empty
   * list. Throws {@link Refusal.Invalid} when the page's marker is unknown.
   */
  public List<Vmove> listVmoves(
      FailureNotification notification,
      Optional<String> status,
      Optional<String> type,
      PageRequest page) {
    return database.read(handle -> {
      Keyset.Page keyset =
          VmoveListStore.KEYSET
              .page(handle, page)
              .orElseThrow(() ->
                  new RefusedException(
                      new Refusal.Invalid(
                          "Marker " + page.marker().orElseThrow() + " could not be found.")));
      return VmoveListStore.list(handle, notification.number(), status, type, keyset);
    });
  }

  /** The move with that id (any text) if it belongs to that notification. */
  public Optional<Vmove> findVmove(FailureNotification notification, String id) {
    return Ids.parse(id)
        .flatMap(uuid ->
            database.read(handle -> VmoveListStore.find(handle, notification.number(), uuid)));
  }

  /** Every step of every attempt, in order; steps that never reported are left out. */
  public List<RecordedStep> listSteps(FailureNotification notification) {
    return database.read(handle -> StepStore.list(handle, notification.number()));
  }
}
