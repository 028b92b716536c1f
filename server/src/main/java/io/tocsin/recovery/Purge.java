package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.failover.EndedFailures;
import io.tocsin.failover.EndedFailures.Place;
import io.tocsin.failover.SegmentId;
import io.tocsin.feed.Feed;
import io.tocsin.recovery.Purged.Kind;
import io.tocsin.store.Database;
import io.tocsin.store.Sweep;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is over for long: failure notifications with all that their recoveries left, pauses,
 * then deleted hosts and segments that nothing names any more. A notification goes with all of its
 * rows or not at all. What has not ended is never touched, however old.
 *
 * <p>In batches, each a transaction of its own that leaves out what others have locked, so that any
 * number of nodes may purge while recoveries run; with pauses as long as the work, so that nobody
 * feels it.
 *
 * <p>What operators did has a retention of its own, which only the sweep looks at: who removes a
 * recovery by hand removes no trace of who did what to it. Thread-safe.
 */
public final class Purge {
  private static final Logger log = LoggerFactory.getLogger(Purge.class);

  /** Recoveries of one transaction; those of hosts have some hundred rows each. */
  static final int BATCH = 100;

  /** Recoveries looked at at once where nothing is locked and nothing goes. */
  private static final int DRY_BATCH = 1000;

  /** How long one call works, well within what clients wait; the rest is for the next one. */
  private static final Duration ONE_CALL = Duration.ofSeconds(5);

  private final Database database;
  private final Feed feed;
  private final Clock clock;
  private final Retention retention;
  private final EndedFailures failures = new EndedFailures();
  private final Sweep sweep;

  public Purge(
      Database database, Feed feed, Clock clock, Retention retention, LoopMetrics metrics) {
    this.database = database;
    this.feed = feed;
    this.clock = clock;
    this.retention = retention;
    this.sweep = new Sweep("purge", retention.interval(), clock, metrics, this::sweep);
  }

  /** Begins to remove what is older than the retention, now and then. */
  public void start() {
    sweep.start();
  }

  /** Ends the batch under way. */
  public void stop() {
    sweep.stop();
  }

  /**
   * Removes what ended longer ago than that, for five seconds at most; actions of operators stay.
   *
   * @param olderThan {@link Retention#SHORTEST} to {@link Retention#LONGEST}
   * @param most notifications, pauses, hosts and segments together; what hangs on them goes with
   *     them, uncounted; at least 1
   * @param isDryRun whether all stays as it is; the counts are then those of the moment
   */
  public Purged purge(Duration olderThan, long most, boolean isDryRun) {
    if (olderThan.compareTo(Retention.SHORTEST) < 0
        || olderThan.compareTo(Retention.LONGEST) > 0
        || most < 1) {
      throw new IllegalArgumentException("no such purge: " + olderThan + ", " + most);
    }
    Deadline deadline = Deadline.in(ONE_CALL, clock);
    Run run = new Run(before(olderThan), most, isDryRun, deadline::isOver);
    try {
      run.all();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return run.result();
  }

  /** The same for an operator; that it was asked for is written down and told before it begins. */
  public Purged purge(Operator by, String why, Duration olderThan, long most) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("olderThan", olderThan.toString());
    if (most < Long.MAX_VALUE) {
      details.put("most", Long.toString(most));
    }
    Deed deed = new Deed(by, Deed.Kind.PURGE, why, Target.REGION, details);
    Instant before = before(olderThan);
    database.inTransaction(tx -> {
      long action = ActionStore.insert(tx, deed);
      Instant now = ActionStore.at(tx, action);
      feed.publish(tx, List.of(OperationsNews.purged(deed, before, now)));
      return action;
    });
    return purge(olderThan, most, false);
  }

  /** One turn in the background. */
  Purged sweep() throws InterruptedException {
    Run run =
        new Run(
            retention.recoveries() == null ? null : before(retention.recoveries()),
            Long.MAX_VALUE,
            false,
            sweep::isStopping);
    run.all();
    if (retention.actions() != null) {
      run.actions(before(retention.actions()));
    }
    Purged purged = run.result();
    if (purged.total() > 0) {
      log.atInfo()
          .addKeyValue("notifications", purged.of(Kind.NOTIFICATIONS))
          .addKeyValue("vmoves", purged.of(Kind.VMOVES))
          .addKeyValue("hosts", purged.of(Kind.HOSTS))
          .addKeyValue("segments", purged.of(Kind.SEGMENTS))
          .addKeyValue("rows", purged.total())
          .log("old recoveries removed");
    }
    return purged;
  }

  private Instant before(Duration age) {
    return database.read(handle -> PurgeStore.ago(handle, age));
  }

  /** One purge: what it has removed so far, and how much more it may. */
  private final class Run {
    private final @Nullable Instant before;
    private final boolean isDry;
    private final BooleanSupplier isOver;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private long left;
    private boolean isComplete = true;

    Run(@Nullable Instant before, long most, boolean isDry, BooleanSupplier isOver) {
      this.before = before;
      this.left = most;
      this.isDry = isDry;
      this.isOver = isOver;
    }

    Purged result() {
      return new Purged(counts, isComplete);
    }

    /** In this order: a host can go when its notifications have gone, a segment after its hosts. */
    void all() throws InterruptedException {
      Instant until = before;
      if (until == null) {
        return;
      }
      recoveries(until);
      if (isDry) {
        database.read(handle -> countRest(handle, until));
      } else {
        repeat(most -> database.inTransaction(tx -> pauses(tx, until, most)));
        repeat(most -> database.inTransaction(tx -> hosts(tx, until, most)));
        repeat(most -> database.inTransaction(tx -> segments(tx, until, most)));
      }
    }

    void actions(Instant until) throws InterruptedException {
      repeat(most ->
          database.inTransaction(tx -> {
            long gone = PurgeStore.deleteActions(tx, until, most);
            add(Kind.ACTIONS, gone);
            return gone;
          }));
    }

    private void recoveries(Instant until) throws InterruptedException {
      Place[] place = {Place.START};
      repeat(most -> {
        Place after = place[0];
        List<Place> found =
            isDry
                ? database.read(handle -> count(handle, after, until, most))
                : database.inTransaction(tx -> remove(tx, after, until, most));
        // Behind it lie the dead rows, and those that stay.
        place[0] = found.isEmpty() ? after : found.getLast();
        return found.size();
      });
    }

    private List<Place> remove(Handle tx, Place after, Instant until, int most) {
      List<Place> found = failures.lock(tx, after, until, most);
      List<Long> ended = PurgeStore.lockEnded(tx, numbers(found));
      add(PurgeStore.delete(tx, ended));
      took(Kind.NOTIFICATIONS, failures.delete(tx, ended));
      return found;
    }

    private List<Place> count(Handle handle, Place after, Instant until, int most) {
      List<Place> found = failures.list(handle, after, until, most);
      List<Long> ended = PurgeStore.ended(handle, numbers(found));
      add(PurgeStore.count(handle, ended));
      took(Kind.NOTIFICATIONS, ended.size());
      return found;
    }

    private static List<Long> numbers(List<Place> places) {
      return places.stream().map(Place::number).toList();
    }

    private long pauses(Handle tx, Instant until, int most) {
      return took(Kind.PAUSES, PurgeStore.deletePauses(tx, until, most));
    }

    private long hosts(Handle tx, Instant until, int most) {
      failures.keepImportsOut(tx);
      return took(Kind.HOSTS, failures.deleteHosts(tx, until, PurgeStore.namedHosts(tx), most));
    }

    private long segments(Handle tx, Instant until, int most) {
      failures.keepImportsOut(tx);
      List<SegmentId> gone = failures.deleteSegments(tx, until, most);
      add(Kind.SEGMENT_RULES, PurgeStore.deleteRules(tx, gone));
      return took(Kind.SEGMENTS, gone.size());
    }

    /** In one go, for they are few. */
    private long countRest(Handle handle, Instant until) {
      long pauses = took(Kind.PAUSES, PurgeStore.countPauses(handle, until, most()));
      List<Long> named = PurgeStore.namedHosts(handle);
      long hosts = took(Kind.HOSTS, failures.countHosts(handle, until, named, most()));
      List<SegmentId> segments = failures.listSegments(handle, until, named, most());
      add(Kind.SEGMENT_RULES, PurgeStore.countRules(handle, segments));
      return pauses + hosts + took(Kind.SEGMENTS, segments.size());
    }

    private int most() {
      return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private void add(Map<Kind, Long> more) {
      more.forEach(this::add);
    }

    private void add(Kind kind, long more) {
      counts.merge(kind, more, Long::sum);
    }

    private long took(Kind kind, long more) {
      add(kind, more);
      left -= more;
      return more;
    }

    /** Batch after batch until one is not full. */
    private void repeat(Batch batch) throws InterruptedException {
      while (true) {
        int most = (int) Math.min(left, isDry ? DRY_BATCH : BATCH);
        if (most == 0 || isOver.getAsBoolean()) {
          isComplete = false;
          return;
        }
        long startedNanos = clock.nanoTime();
        if (batch.run(most) < most) {
          return;
        }
        if (!isDry) {
          clock.sleep(Duration.ofNanos(clock.nanoTime() - startedNanos));
        }
      }
    }
  }

  /** Works on so many at most; how many it found. */
  private interface Batch {
    long run(int most);
  }
}
