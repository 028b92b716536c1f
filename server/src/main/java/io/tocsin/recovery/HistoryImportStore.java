package io.tocsin.recovery;

import io.tocsin.recovery.RecordedStep.RecordedMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQL over {@code recovery_step} and {@code vmove} for rows that come from another server. */
final class HistoryImportStore {
  private HistoryImportStore() {}

  private record StepKey(long recovery, int attempt, String name) {}

  /** Lists show steps in the order of their ids, so they are written in the order they began. */
  static void writeSteps(Handle tx, Map<Long, PastRecovery> recoveries) {
    Map<StepKey, RecordedStep> steps = new HashMap<>();
    List<StepKey> order = new ArrayList<>();
    new TreeMap<>(recoveries)
        .forEach((recovery, past) -> {
          Map<String, Integer> attempts = new HashMap<>();
          for (RecordedStep step : past.steps()) {
            int attempt = attempts.merge(step.name(), 1, Integer::sum);
            StepKey key = new StepKey(recovery, attempt, step.name());
            steps.put(key, step);
            order.add(key);
          }
        });
    if (order.isEmpty()) {
      return;
    }
    List<RecordedStep> ordered = order.stream().map(steps::get).toList();
    Map<StepKey, Long> written = new HashMap<>();
    tx.createQuery(
            """
            insert into recovery_step
                   (recovery_id, attempt, name, state, progress, started_at, ended_at)
            select recovery, attempt, name, state, progress, coalesce(started, now()), ended
              from unnest(
                     :recoveries, :attempts, :names, :states, :progresses,
                     cast(:started as timestamptz[]), cast(:ended as timestamptz[]))
                   with ordinality
                   as s (recovery, attempt, name, state, progress, started, ended, ordinal)
             order by ordinal
            on conflict (recovery_id, attempt, name) do nothing
            returning id, recovery_id, attempt, name
            """)
        .bindArray("recoveries", Long.class, order.stream().map(StepKey::recovery).toList())
        .bindArray("attempts", Integer.class, order.stream().map(StepKey::attempt).toList())
        .bindArray("names", String.class, order.stream().map(StepKey::name).toList())
        .bindArray("states", String.class, ordered.stream().map(RecordedStep::state).toList())
        .bindArray(
            "progresses", Double.class, ordered.stream().map(RecordedStep::progress).toList())
        .bindArray(
            "started", String.class, ordered.stream().map(HistoryImportStore::started).toList())
        .bindArray("ended", String.class, ordered.stream().map(HistoryImportStore::ended).toList())
        .map((row, _) ->
            Map.entry(
                new StepKey(
                    row.getLong("recovery_id"), row.getInt("attempt"), row.getString("name")),
                row.getLong("id")))
        .forEach(it -> written.put(it.getKey(), it.getValue()));
    writeMessages(tx, order, steps, written);
  }

  private static @Nullable String started(RecordedStep step) {
    return step.messages().isEmpty() ? null : step.messages().getFirst().at().toString();
  }

  private static @Nullable String ended(RecordedStep step) {
    return step.messages().isEmpty() ? null : step.messages().getLast().at().toString();
  }

  private static void writeMessages(
      Handle tx,
      List<StepKey> order,
      Map<StepKey, RecordedStep> steps,
      Map<StepKey, Long> written) {
    List<Long> ids = new ArrayList<>();
    List<String> times = new ArrayList<>();
    List<Double> progresses = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (StepKey key : order) {
      Long id = written.get(key);
      RecordedStep step = steps.get(key);
      if (id == null || step == null) {
        continue;
      }
      for (RecordedMessage message : step.messages()) {
        ids.add(id);
        times.add(message.at().toString());
        progresses.add(message.progress());
        texts.add(message.text());
      }
    }
    tx.createUpdate(
            """
            insert into recovery_step_message (step_id, at, progress, message)
            select step, at, progress, message
              from unnest(:steps, cast(:times as timestamptz[]), :progresses, :texts)
                   with ordinality as m (step, at, progress, message, ordinal)
             order by ordinal
            """)
        .bindArray("steps", Long.class, ids)
        .bindArray("times", String.class, times)
        .bindArray("progresses", Double.class, progresses)
        .bindArray("texts", String.class, texts)
        .execute();
  }

  /** Returns how many were not here. */
  static int writeVmoves(Handle tx, Map<Long, PastRecovery> recoveries) {
    Columned columns = new Columned();
    new TreeMap<>(recoveries)
        .forEach((recovery, past) -> past.vmoves().forEach(v -> columns.add(recovery, v)));
    if (columns.uuids.isEmpty()) {
      return 0;
    }
    return tx.createUpdate(
            """
            insert into vmove
                   (uuid, recovery_id, instance_uuid, instance_name, source_host, dest_host, type,
                    status, message, start_time, end_time, created_at, updated_at)
            select uuid, recovery, instance, name, source_host, dest_host, type, status, message,
                   start_time, end_time, created_at, updated_at
              from unnest(
                     cast(:uuids as uuid[]), :recoveries, cast(:instances as uuid[]), :names,
                     :source_hosts, :dest_hosts, :types, :statuses, :messages,
                     cast(:start_times as timestamptz[]), cast(:end_times as timestamptz[]),
                     cast(:created_at as timestamptz[]), cast(:updated_at as timestamptz[]))
                   with ordinality
                   as v (uuid, recovery, instance, name, source_host, dest_host, type, status,
                         message, start_time, end_time, created_at, updated_at, ordinal)
             order by ordinal
            on conflict do nothing
            """)
        .bindArray("uuids", String.class, columns.uuids)
        .bindArray("recoveries", Long.class, columns.recoveries)
        .bindArray("instances", String.class, columns.instances)
        .bindArray("names", String.class, columns.names)
        .bindArray("source_hosts", String.class, columns.sourceHosts)
        .bindArray("dest_hosts", String.class, columns.destHosts)
        .bindArray("types", String.class, columns.types)
        .bindArray("statuses", String.class, columns.statuses)
        .bindArray("messages", String.class, columns.messages)
        .bindArray("start_times", String.class, columns.startTimes)
        .bindArray("end_times", String.class, columns.endTimes)
        .bindArray("created_at", String.class, columns.createdAt)
        .bindArray("updated_at", String.class, columns.updatedAt)
        .execute();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  /** Vmoves turned into arrays. */
  private static final class Columned {
    final List<String> uuids = new ArrayList<>();
    final List<Long> recoveries = new ArrayList<>();
    final List<String> instances = new ArrayList<>();
    final List<String> names = new ArrayList<>();
    final List<String> sourceHosts = new ArrayList<>();
    final List<@Nullable String> destHosts = new ArrayList<>();
    final List<String> types = new ArrayList<>();
    final List<String> statuses = new ArrayList<>();
    final List<@Nullable String> messages = new ArrayList<>();
    final List<@Nullable String> startTimes = new ArrayList<>();
    final List<@Nullable String> endTimes = new ArrayList<>();
    final List<@Nullable String> createdAt = new ArrayList<>();
    final List<@Nullable String> updatedAt = new ArrayList<>();

    void add(long recovery, Vmove vmove) {
      uuids.add(vmove.id().value().toString());
      recoveries.add(recovery);
      instances.add(vmove.instance().value().toString());
      names.add(vmove.instanceName());
      sourceHosts.add(vmove.sourceHost());
      destHosts.add(vmove.destHost());
      types.add(vmove.type());
      statuses.add(vmove.status().wire());
      messages.add(vmove.message());
      startTimes.add(text(vmove.startTime()));
      endTimes.add(text(vmove.endTime()));
      createdAt.add(text(vmove.createdAt()));
      updatedAt.add(text(vmove.updatedAt()));
    }
  }
}
