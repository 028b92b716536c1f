package io.tocsin.recovery;

import io.tocsin.recovery.RecordedStep.RecordedMessage;
import io.tocsin.store.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables {@code recovery_step} and {@code recovery_step_message}. */
final class StepStore {
  private StepStore() {}

  /** A step's row; {@code isNew} when this call made it. */
  record Row(long id, StepState state, boolean isNew) {}

  /** The step of that name in that attempt, begun now if it was not yet. */
  static Row begin(Handle tx, Claim claim, String name) {
    Optional<Row> begun =
        tx.createQuery(
                """
                insert into recovery_step (recovery_id, attempt, name, state)
                values (:recovery, :attempt, :name, 'RUNNING')
                on conflict (recovery_id, attempt, name) do nothing
                returning id
                """)
            .bind("recovery", claim.recovery())
            .bind("attempt", claim.attempt())
            .bind("name", name)
            .mapTo(Long.class)
            .findOne()
            .map(id -> new Row(id, StepState.RUNNING, true));
    return begun.orElseGet(() -> find(tx, claim, name));
  }

  private static Row find(Handle tx, Claim claim, String name) {
    return tx.createQuery(
            """
            select id, state from recovery_step
            where recovery_id = :recovery and attempt = :attempt and name = :name
            """)
        .bind("recovery", claim.recovery())
        .bind("attempt", claim.attempt())
        .bind("name", name)
        .map((row, _) ->
            new Row(row.getLong("id"), StepState.valueOf(row.getString("state")), false))
        .one();
  }

  /** What repeats the last message is not said again: an outage would say it each minute. */
  static void say(Handle tx, long step, double progress, String message) {
    tx.createUpdate(
            """
            with said as (
              insert into recovery_step_message (step_id, progress, message)
              select :step, :progress, :message
              where :message is distinct from (
                select last.message from recovery_step_message last
                where last.step_id = :step order by last.id desc limit 1)
            )
            update recovery_step set progress = :progress where id = :step and progress < :progress
            """)
        .bind("step", step)
        .bind("progress", progress)
        .bind("message", message)
        .execute();
  }

  static void end(Handle tx, long step, StepState state) {
    tx.createUpdate(
            """
            update recovery_step set state = :state, progress = 1, ended_at = clock_timestamp()
            where id = :step
            """)
        .bind("step", step)
        .bind("state", state.name())
        .execute();
  }

  /** Ends what the attempt had begun when it was cut short, by a cancellation for example. */
  static void endOpen(Handle tx, Claim claim, String why) {
    tx.createQuery(
            """
            select id from recovery_step
            where recovery_id = :recovery and attempt = :attempt and ended_at is null
            order by id
            """)
        .bind("recovery", claim.recovery())
        .bind("attempt", claim.attempt())
        .mapTo(Long.class)
        .list()
        .forEach(step -> {
          say(tx, step, 1, why);
          end(tx, step, StepState.FAILURE);
        });
  }

  /** Every step of every attempt that said something, in the order they began. */
  static List<RecordedStep> list(Handle tx, long recovery) {
    record Line(long step, String name, double progress, String state, RecordedMessage message) {}
    List<Line> lines =
        tx.createQuery(
                """
                select s.id, s.name, s.progress, s.state, m.at, m.progress as at_progress, m.message
                from recovery_step s join recovery_step_message m on m.step_id = s.id
                where s.recovery_id = :recovery
                order by s.id, m.id
                """)
            .bind("recovery", recovery)
            .map((row, _) ->
                new Line(
                    row.getLong("id"),
                    row.getString("name"),
                    row.getDouble("progress"),
                    row.getString("state"),
                    new RecordedMessage(
                        Columns.instant(row, "at"),
                        row.getDouble("at_progress"),
                        row.getString("message"))))
            .list();
    Map<Long, List<Line>> bySteps = new LinkedHashMap<>();
    lines.forEach(line -> bySteps.computeIfAbsent(line.step(), _ -> new ArrayList<>()).add(line));
    return bySteps.values().stream()
        .map(step ->
            new RecordedStep(
                step.getFirst().name(),
                step.getFirst().progress(),
                step.getFirst().state(),
                step.stream().map(Line::message).toList()))
        .toList();
  }
}
