package io.tocsin.recovery;

import io.tocsin.clock.Durations;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The table {@code recovery}, looked at from above: how much there is to do. */
final class QueueStore {
  private QueueStore() {}

  /** Where a recovery that has not ended stands. */
  enum State {
    /** Nobody has taken it up yet. */
    DUE,
    /** A safety gate makes it wait. */
    HELD,
    /** An operator made it wait. */
    PAUSED,
    /** It pauses before its next attempt. */
    POSTPONED,
    /** A node works at it. */
    RUNNING,
    /** The node that worked at it has fallen silent, and no other has taken it up yet. */
    ABANDONED
  }

  /** Which recoveries go first. */
  enum Urgency {
    HOST,
    OTHER
  }

  /**
   * What one look saw.
   *
   * @param open recoveries by state; a state that is missing has none
   * @param longestWait of those due or abandoned: since they were; an urgency that is missing has
   *     none
   * @param oldest since the arrival of the oldest recovery that has not ended; zero without one
   */
  record Seen(Map<State, Integer> open, Map<Urgency, Duration> longestWait, Duration oldest) {
    static final Seen NOTHING = new Seen(Map.of(), Map.of(), Duration.ZERO);
  }

  private record Row(State state, Urgency urgency, int count, Duration waiting, Duration age) {}

  /**
   * All nodes' recoveries that have not ended; costs what these are many. Gives up after {@code
   * within}. Indexes: {@code recovery_queue}, {@code one_running_recovery_per_host}, {@code
   * pause_in_force}.
   */
  static Seen look(Handle tx, Duration within) {
    tx.createQuery("select set_config('statement_timeout', :within, true)")
        .bind("within", within.toMillis() + "ms")
        .mapTo(String.class)
        .one();
    return add(
        tx.createQuery(
                """
                with open as (
                  select urgency, created_at, due_at as since,
                         case when not cancelled and exists (select %s) then 'PAUSED'
                              when due_at <= now() then 'DUE'
                              when held_by is not null then 'HELD'
                              else 'POSTPONED' end as state
                  from recovery r where state = 'due'
                  union all
                  select urgency, created_at, lease_until as since,
                         case when lease_until < now() then 'ABANDONED' else 'RUNNING' end as state
                  from recovery where state = 'running'
                )
                select state, case urgency when 0 then 'HOST' else 'OTHER' end as urgency,
                       count(*) as number,
                       -- Handed over: the lease ended at -infinity, just before.
                       greatest(0, extract(epoch from
                         now() - min(since) filter (where isfinite(since)))) as waiting,
                       extract(epoch from now() - min(created_at)) as age
                from open group by 1, 2
                """
                    .formatted(PauseStore.OF_RECOVERY))
            .map((row, _) ->
                new Row(
                    State.valueOf(row.getString("state")),
                    Urgency.valueOf(row.getString("urgency")),
                    row.getInt("number"),
                    seconds(row.getDouble("waiting")),
                    seconds(row.getDouble("age"))))
            .list());
  }

  private static Seen add(Iterable<Row> rows) {
    Map<State, Integer> open = new EnumMap<>(State.class);
    Map<Urgency, Duration> longestWait = new EnumMap<>(Urgency.class);
    Duration oldest = Duration.ZERO;
    for (Row row : rows) {
      open.merge(row.state(), row.count(), Integer::sum);
      if (row.state() == State.DUE || row.state() == State.ABANDONED) {
        longestWait.merge(row.urgency(), row.waiting(), Durations::longer);
      }
      oldest = Durations.longer(oldest, row.age());
    }
    return new Seen(open, longestWait, oldest);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }
}
