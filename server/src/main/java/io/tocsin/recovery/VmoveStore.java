package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code vmove}, as the engine writes it. */
final class VmoveStore {
  private VmoveStore() {}

  /**
   * Where one instance's move stands.
   *
   * @param wasStarted an evacuate call may have gone out
   */
  record Progress(VmoveStatus status, boolean wasStarted) {
    /** An earlier attempt started it and gave it up. */
    boolean wasGivenUp() {
      return wasStarted && status == VmoveStatus.PENDING;
    }

    static final Progress NONE = new Progress(VmoveStatus.PENDING, false);
  }

  /**
   * A row for each planned move that has none yet, in the plan's order.
   *
   * @param begun an earlier recovery may have sent these somewhere, so they go on as if this one
   *     had
   */
  static void plan(Handle tx, long recovery, String sourceHost, Plan plan, Set<ServerId> begun) {
    var batch =
        tx.prepareBatch(
            """
            insert into vmove (recovery_id, instance_uuid, instance_name, source_host,
                               status, message, start_time, end_time)
            values (:recovery, :instance, :name, :host, :status, :message,
                    case when :begun and :status = 'pending' then clock_timestamp() end,
                    case :status when 'ignored' then clock_timestamp() end)
            on conflict (recovery_id, instance_uuid) do nothing
            """);
    for (PlannedMove move : plan.moves()) {
      batch
          .bind("recovery", recovery)
          .bind("instance", move.instance().value())
          .bind("name", move.name())
          .bind("host", sourceHost)
          .bind("status", (move.isToMove() ? VmoveStatus.PENDING : VmoveStatus.IGNORED).wire())
          .bind("message", move.leftBecause())
          .bind("begun", begun.contains(move.instance()))
          .add();
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  static Map<ServerId, Progress> progress(Handle tx, long recovery) {
    return tx
        .createQuery(
            """
            select instance_uuid, status, start_time is not null as was_started
            from vmove where recovery_id = :recovery
            """)
        .bind("recovery", recovery)
        .map((row, _) ->
            Map.entry(
                new ServerId(row.getObject("instance_uuid", UUID.class)),
                new Progress(
                    VmoveStatus.of(row.getString("status")), row.getBoolean("was_started"))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Failed moves of earlier attempts wait again. */
  static void reopenFailed(Handle tx, long recovery) {
    tx.createUpdate(
            """
            update vmove
            set status = 'pending', message = null, end_time = null,
                updated_at = date_trunc('second', clock_timestamp())
            where recovery_id = :recovery and status = 'failed'
            """)
        .bind("recovery", recovery)
        .execute();
  }

  /** The evacuate call goes out after this commits. */
  static void start(Handle tx, long recovery, ServerId instance) {
    tx.createUpdate(
            """
            update vmove
            set status = 'ongoing', start_time = coalesce(start_time, clock_timestamp()),
                updated_at = date_trunc('second', clock_timestamp())
            where recovery_id = :recovery and instance_uuid = :instance
            """)
        .bind("recovery", recovery)
        .bind("instance", instance.value())
        .execute();
  }

  static void end(
      Handle tx,
      long recovery,
      ServerId instance,
      VmoveStatus status,
      @Nullable String destination,
      @Nullable String message,
      @Nullable String cloudRequest) {
    tx.createUpdate(
            """
            update vmove
            set status = :status, dest_host = :destination, message = :message,
                cloud_request_id = coalesce(:cloud_request, cloud_request_id),
                end_time = clock_timestamp(),
                updated_at = date_trunc('second', clock_timestamp())
            where recovery_id = :recovery and instance_uuid = :instance
            """)
        .bind("status", status.wire())
        .bind("destination", destination)
        .bind("message", message)
        .bind("cloud_request", cloudRequest)
        .bind("recovery", recovery)
        .bind("instance", instance.value())
        .execute();
  }

  /** The median of how long the latest moves took; empty where there was none. */
  static Optional<Duration> usualDuration(Handle handle) {
    return handle
        .createQuery(
            """
            select percentile_cont(0.5) within group (
                     order by extract(epoch from end_time - start_time)) as seconds
            from (select start_time, end_time from vmove
                  where status = 'succeeded' and start_time is not null
                  order by id desc limit 200) latest
            """)
        .map((row, _) -> {
          double seconds = row.getDouble("seconds");
          return row.wasNull()
              ? Optional.<Duration>empty()
              : Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
        })
        .one();
  }

  /** Whether an instance of that recovery was moved to that host. */
  static boolean hasLanded(Handle handle, long recovery, String host) {
    return handle
        .createQuery(
            """
            select exists (
              select from vmove
              where recovery_id = :recovery and status = 'succeeded' and dest_host = :host)
            """)
        .bind("recovery", recovery)
        .bind("host", host)
        .mapTo(Boolean.class)
        .one();
  }

  /** Every move that has not ended ends as failed. */
  static void failOpen(Handle tx, long recovery, String message) {
    tx.createUpdate(
            """
            update vmove
            set status = 'failed', message = :message, end_time = clock_timestamp(),
                updated_at = date_trunc('second', clock_timestamp())
            where recovery_id = :recovery and status in ('pending', 'ongoing')
            """)
        .bind("message", message)
        .bind("recovery", recovery)
        .execute();
  }

  /** Instances by status, for the closing words of a recovery. */
  static Map<VmoveStatus, List<String>> byStatus(Handle tx, long recovery) {
    return tx
        .createQuery(
            """
            select status, instance_uuid::text as instance
            from vmove where recovery_id = :recovery order by instance_uuid
            """)
        .bind("recovery", recovery)
        .map((row, _) ->
            Map.entry(VmoveStatus.of(row.getString("status")), row.getString("instance")))
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }
}
