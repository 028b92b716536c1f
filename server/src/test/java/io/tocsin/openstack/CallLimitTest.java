package io.tocsin.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallLimitTest {
  private final SteppingClock clock = new SteppingClock();

  @Test
  void beginsLowAndDoublesWithEachRoundThatGoesWell() throws Exception {
    CallLimit limit = new CallLimit(100, clock);
    assertThat(limit.limit()).isEqualTo(8);
    List<Integer> rounds = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      roundThatGoesWell(limit);
      rounds.add(limit.limit());
    }
    assertThat(rounds).containsExactly(16, 32, 64, 100, 100);
  }

  @Test
  void growsByOneARoundAfterAComplaint() throws Exception {
    CallLimit limit = new CallLimit(100, clock);
    roundThatGoesWell(limit);
    complain(limit);
    assertThat(limit.limit()).isEqualTo(11);
    List<Integer> rounds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      roundThatGoesWell(limit);
      rounds.add(limit.limit());
    }
    assertThat(rounds).containsExactly(12, 13, 14);
  }

  @Test
  void doesNotGrowWhileItIsNotFilled() throws Exception {
    CallLimit limit = new CallLimit(100, clock);
    for (int i = 0; i < 1000; i++) {
      try (CallLimit.Permit permit = acquire(limit)) {
        permit.wentWell();
      }
    }
    assertThat(limit.limit()).isEqualTo(8);
  }

  @Test
  void isLoweredOnceByARoundOfComplaints() throws Exception {
    CallLimit limit = new CallLimit(100, clock);
    List<CallLimit.Permit> round = fill(limit);
    for (CallLimit.Permit permit : round) {
      permit.overloaded(null);
      permit.close();
    }
    assertThat(limit.limit()).isEqualTo(5);
    complain(limit);
    assertThat(limit.limit()).isEqualTo(3);
  }

  @Test
  void letsOneCallThroughHoweverLoudTheComplaints() throws Exception {
    CallLimit limit = new CallLimit(100, clock);
    for (int i = 0; i < 50; i++) {
      complain(limit);
    }
    assertThat(limit.limit()).isEqualTo(1);
    for (int i = 0; i < 5; i++) {
      roundThatGoesWell(limit);
    }
    assertThat(limit.limit()).isBetween(3, 6);
  }

  @Test
  void admitsInTheOrderOfArrival() throws Exception {
    CallLimit limit = new CallLimit(1, clock);
    CallLimit.Permit first = acquire(limit);
    Queue<Integer> order = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (CallLimit.Permit _ = acquire(limit)) {
                  order.add(number);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
      Waiting.until(() -> limit.waiting() == number + 1);
    }
    first.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(List.copyOf(order)).hasSize(20).isSorted();
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void endsAWaitAtItsDeadline() throws Exception {
    CallLimit limit = new CallLimit(1, Clock.system());
    try (CallLimit.Permit _ = acquire(limit)) {
      Deadline deadline = Deadline.in(Duration.ofMillis(50), Clock.system());
      assertThatThrownBy(() -> limit.acquire(deadline))
          .isInstanceOfSatisfying(
              CallFailedException.class,
              e -> assertThat(e.failure()).isInstanceOf(CallFailure.NotSent.class));
      assertThat(limit.waiting()).isZero();
      assertThat(limit.inFlight()).isEqualTo(1);
    }
  }

  @Test
  void startsNothingDuringAPauseAndAllAfterIt() throws Exception {
    CallLimit limit = new CallLimit(4, Clock.system());
    Duration pause = Duration.ofMillis(300);
    long start = System.nanoTime();
    try (CallLimit.Permit permit = acquire(limit)) {
      permit.overloaded(pause);
    }
    Queue<Duration> admitted = new ConcurrentLinkedQueue<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        callers.execute(() -> {
          try (CallLimit.Permit _ = acquire(limit)) {
            admitted.add(Duration.ofNanos(System.nanoTime() - start));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
    }
    assertThat(admitted).hasSize(10).allMatch(after -> after.compareTo(pause) >= 0);
  }

  @Test
  void boundsAPauseThatSoundsLikeAMistake() throws Exception {
    CallLimit limit = new CallLimit(4, clock);
    try (CallLimit.Permit permit = acquire(limit)) {
      permit.overloaded(Duration.ofDays(365));
    }
    clock.advance(CallLimit.LONGEST_PAUSE);
    acquire(limit).close();
  }

  /**
   * Callers that wait, give up, are interrupted and succeed, all at once: no place is lost, and
   * never are more taken than there are.
   */
  @Test
  void losesNoPlaceToCallersThatGiveUp() throws Exception {
    long seed = Long.getLong("tocsin.seed", System.nanoTime());
    CallLimit limit = new CallLimit(5, Clock.system());
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Random random = new Random(seed + i);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; n < 30; n++) {
                  enterAndLeave(limit, random, inside, most);
                }
              }));
    }
    Random random = new Random(seed);
    while (threads.stream().anyMatch(Thread::isAlive)) {
      threads.get(random.nextInt(threads.size())).interrupt();
      LockSupport.parkNanos(5_000);
    }
    assertThat(most.get()).as("seed %d", seed).isBetween(1, 5);
    assertThat(limit.inFlight()).as("seed %d", seed).isZero();
    assertThat(limit.waiting()).as("seed %d", seed).isZero();
  }

  private static void enterAndLeave(
      CallLimit limit, Random random, AtomicInteger inside, AtomicInteger most) {
    Duration patience = Duration.ofNanos(random.nextInt(2_000_000));
    try (CallLimit.Permit permit = limit.acquire(Deadline.in(patience, Clock.system()))) {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      LockSupport.parkNanos(5_000);
      if (random.nextInt(4) == 0) {
        permit.overloaded(null);
      } else {
        permit.wentWell();
      }
      inside.decrementAndGet();
    } catch (InterruptedException | CallFailedException _) {
      // Gave up; the next one comes.
    }
  }

  /**
   * A server that does so many calls at a time well and turns the others away, in virtual time and
   * from a seed: the limit settles near what the server can do.
   */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "20, 3", "50, 4", "120, 5", "500, 6", "2000, 7"})
  void settlesNearWhatTheServerCanDo(int capacity, long seed) throws Exception {
    int ceiling = 600;
    CallLimit limit = new CallLimit(ceiling, clock);
    Random random = new Random(seed);
    PriorityQueue<Call> underWay = new PriorityQueue<>();
    Deque<Boolean> lastAnswers = new ArrayDeque<>();
    long inFlightSum = 0;
    int well = 0;
    int calls = 40_000;
    for (int i = 0; i < calls; i++) {
      while (limit.inFlight() < limit.limit()) {
        boolean isAccepted = underWay.stream().filter(Call::isAccepted).count() < capacity;
        long takes = isAccepted ? 40_000_000 + random.nextInt(20_000_000) : 1_000_000;
        underWay.add(new Call(clock.nanoTime() + takes, isAccepted, acquire(limit)));
      }
      assertThat(limit.inFlight()).isBetween(1, ceiling);
      Call next = underWay.remove();
      clock.advance(Duration.ofNanos(next.endsAt() - clock.nanoTime()));
      try (CallLimit.Permit permit = next.permit()) {
        if (next.isAccepted()) {
          permit.wentWell();
        } else {
          permit.overloaded(null);
        }
      }
      if (i >= calls / 2) {
        inFlightSum += limit.inFlight() + 1;
        well += next.isAccepted() ? 1 : 0;
        lastAnswers.addLast(next.isAccepted());
      }
    }
    double mean = inFlightSum / (calls / 2.0);
    int able = Math.min(capacity, ceiling);
    assertThat(mean).as("calls in flight").isBetween(able * 0.7, able * 1.2 + 1);
    assertThat(well / (calls / 2.0)).as("calls that went well").isGreaterThan(0.45);
  }

  private record Call(long endsAt, boolean isAccepted, CallLimit.Permit permit)
      implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      return Long.compare(endsAt, other.endsAt);
    }
  }

  private void roundThatGoesWell(CallLimit limit) throws InterruptedException {
    Deque<CallLimit.Permit> round = new ArrayDeque<>(fill(limit));
    int calls = round.size();
    for (int i = 0; i < calls; i++) {
      CallLimit.Permit permit = round.removeFirst();
      permit.wentWell();
      permit.close();
      while (limit.inFlight() < limit.limit()) {
        round.addLast(acquire(limit));
      }
    }
    round.forEach(CallLimit.Permit::close);
  }

  private List<CallLimit.Permit> fill(CallLimit limit) throws InterruptedException {
    List<CallLimit.Permit> round = new ArrayList<>();
    while (limit.inFlight() < limit.limit()) {
      round.add(acquire(limit));
    }
    return round;
  }

  private void complain(CallLimit limit) throws InterruptedException {
    try (CallLimit.Permit permit = acquire(limit)) {
      permit.overloaded(null);
    }
  }

  private CallLimit.Permit acquire(CallLimit limit) throws InterruptedException {
    return limit.acquire(Deadline.in(Duration.ofSeconds(30), Clock.system()));
  }
}
