package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import io.tocsin.recovery.Explanation.Move;
import io.tocsin.recovery.Explanation.OpenedGate;
import io.tocsin.recovery.Explanation.RecordedAttempt;
import io.tocsin.recovery.Explanation.StepTaken;
import io.tocsin.recovery.Explanation.Verdict;
import io.tocsin.recovery.RecordedStep.RecordedMessage;
import io.tocsin.store.Columns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the tables of this room know of one recovery. Each list has a bound; of verdicts and
 * attempts, which an outage multiplies, the newest are kept.
 */
final class ExplanationStore {
  private static final int MAX_REPEATED = 200;
  private static final int MAX_INSTANCES = 5000;
  private static final int MAX_MESSAGES = 5000;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ExplanationStore() {}

  static List<RecordedAttempt> attempts(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select epoch, attempt, node, began_at, ended_at, outcome, reason from recovery_attempt
            where recovery_id = :recovery order by epoch desc limit :limit
            """)
        .bind("recovery", recovery)
        .bind("limit", MAX_REPEATED)
        .map((row, _) ->
            new RecordedAttempt(
                row.getLong("epoch"),
                row.getInt("attempt"),
                Columns.uuid(row, "node"),
                Columns.instant(row, "began_at"),
                Columns.instantOrNull(row, "ended_at"),
                row.getString("outcome"),
                row.getString("reason")))
        .list()
        .reversed();
  }

  /** Index: {@code recovery_gate_by_recovery}. */
  static List<Verdict> verdicts(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select attempt, gate, verdict, reason, inputs, at from recovery_gate
            where recovery_id = :recovery order by id desc limit :limit
            """)
        .bind("recovery", recovery)
        .bind("limit", MAX_REPEATED)
        .map((row, _) ->
            new Verdict(
                row.getInt("attempt"),
                row.getString("gate"),
                row.getString("verdict"),
                row.getString("reason"),
                inputs(row.getString("inputs")),
                Columns.instant(row, "at")))
        .list()
        .reversed();
  }

  /** Texts as they are, all else as JSON. */
  private static Map<String, String> inputs(String json) {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> it : JSON.readTree(json).properties()) {
      JsonNode value = it.getValue();
      inputs.put(it.getKey(), value.isString() ? value.stringValue() : value.toString());
    }
    return inputs;
  }

  static List<Move> moves(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select instance_uuid, instance_name, status, source_host, dest_host, start_time,
                   end_time, message, cloud_request_id
            from vmove where recovery_id = :recovery order by created_at, id limit :limit
            """)
        .bind("recovery", recovery)
        .bind("limit", MAX_INSTANCES)
        .map((row, _) ->
            new Move(
                new ServerId(Columns.uuid(row, "instance_uuid")),
                row.getString("instance_name"),
                VmoveStatus.of(row.getString("status")),
                row.getString("source_host"),
                row.getString("dest_host"),
                Columns.instantOrNull(row, "start_time"),
                Columns.instantOrNull(row, "end_time"),
                row.getString("message"),
                row.getString("cloud_request_id")))
        .list();
  }

  /** Those that said nothing included. */
  static List<StepTaken> steps(Handle handle, long recovery) {
    record Line(
        long step,
        int attempt,
        String name,
        String state,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable RecordedMessage message) {}
    List<Line> lines =
        handle
            .createQuery(
                """
                select s.id, s.attempt, s.name, s.state, s.started_at, s.ended_at,
                       m.at, m.progress, m.message
                from recovery_step s left join recovery_step_message m on m.step_id = s.id
                where s.recovery_id = :recovery
                order by s.id, m.id limit :limit
                """)
            .bind("recovery", recovery)
            .bind("limit", MAX_MESSAGES)
            .map((row, _) -> {
              Instant at = Columns.instantOrNull(row, "at");
              return new Line(
                  row.getLong("id"),
                  row.getInt("attempt"),
                  row.getString("name"),
                  row.getString("state"),
                  Columns.instant(row, "started_at"),
                  Columns.instantOrNull(row, "ended_at"),
                  at == null
                      ? null
                      : new RecordedMessage(
                          at, row.getDouble("progress"), row.getString("message")));
            })
            .list();
    Map<Long, List<Line>> bySteps = new LinkedHashMap<>();
    lines.forEach(line -> bySteps.computeIfAbsent(line.step(), _ -> new ArrayList<>()).add(line));
    List<StepTaken> steps = new ArrayList<>();
    for (List<Line> step : bySteps.values()) {
      List<RecordedMessage> messages = new ArrayList<>();
      for (Line line : step) {
        RecordedMessage message = line.message();
        if (message != null) {
          messages.add(message);
        }
      }
      Line first = step.getFirst();
      steps.add(
          new StepTaken(
              first.attempt(),
              first.name(),
              first.state(),
              first.startedAt(),
              first.endedAt(),
              messages));
    }
    return steps;
  }

  /** Numbers of the reserved hosts that it has taken, and since when. */
  static Map<Long, Instant> claims(Handle handle, long recovery) {
    Map<Long, Instant> claims = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select host_id, claimed_at from reserved_host_claim
            where recovery_id = :recovery order by claimed_at, host_id limit :limit
            """)
        .bind("recovery", recovery)
        .bind("limit", MAX_REPEATED)
        .map((row, _) -> Map.entry(row.getLong("host_id"), Columns.instant(row, "claimed_at")))
        .forEach(it -> claims.put(it.getKey(), it.getValue()));
    return claims;
  }

  static List<OpenedGate> overrides(Handle handle, long recovery) {
    Map<String, UUID> actions = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select o.gate, a.uuid from recovery_override o
              join operator_action a on a.id = o.action_id
            where o.recovery_id = :recovery order by a.id, o.gate
            """)
        .bind("recovery", recovery)
        .map((row, _) -> Map.entry(row.getString("gate"), Columns.uuid(row, "uuid")))
        .forEach(it -> actions.put(it.getKey(), it.getValue()));
    List<OpenedGate> opened = new ArrayList<>();
    actions.forEach((gate, action) ->
        ActionStore.find(handle, action).ifPresent(it -> opened.add(new OpenedGate(gate, it))));
    return opened;
  }
}
