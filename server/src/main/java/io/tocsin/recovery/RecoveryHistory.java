package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.store.PageRequest;
import java.util.List;
import java.util.Optional;

/** What recoveries did, read from the database alone; works on any node, running or done. */
public interface RecoveryHistory {
  /** Columns a vmove list may be sorted by (Instance HA spec §6.2). */
  List<String> VMOVE_SORT_COLUMNS =
      List.of(
          "id",
          "uuid",
          "notification_uuid",
          "instance_uuid",
          "instance_name",
          "source_host",
          "dest_host",
          "start_time",
          "end_time",
          "type",
          "status",
          "message",
          "created_at",
          "updated_at",
          "deleted_at",
          "deleted");

  /**
   * The moves of one host recovery. Filters are exact; a value that cannot occur gives an empty
   * list. Throws the refusal {@code Invalid} when the page's marker is unknown.
   */
  List<Vmove> listVmoves(
      FailureNotification notification,
      Optional<String> status,
      Optional<String> type,
      PageRequest page);

  /** The move with that id (as text, any text) if it belongs to that notification. */
  Optional<Vmove> findVmove(FailureNotification notification, String id);

  /** Every step of every attempt, in order; steps that never reported are left out. */
  List<RecordedStep> listSteps(FailureNotification notification);
}
