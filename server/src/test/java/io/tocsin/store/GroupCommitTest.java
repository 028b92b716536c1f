package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.store.GroupCommit.Bounds;
import io.tocsin.store.GroupCommit.Entry;
import io.tocsin.store.GroupCommit.FullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private static final Bounds AMPLE = new Bounds(100, 100, Duration.ofSeconds(30));

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<List<String>> begun = new CopyOnWriteArrayList<>();
  private final Semaphore mayEnd = new Semaphore(0);

  @AfterEach
  void close() {
    mayEnd.release(100); // so that a failed test ends too
    callers.close();
  }

  @Test
  void commitsALoneItemAtOnceOnItsCallersThread() {
    GroupCommit<String, Thread> commits =
        new GroupCommit<>(
            AMPLE,
            Clock.system(),
            batch -> {
              batch.forEach(entry -> entry.end(Thread.currentThread()));
              return List.of();
            });

    assertThat(commits.submit("a")).isEqualTo(Thread.currentThread());
    assertThat(commits.submit("b")).isEqualTo(Thread.currentThread());
    assertThat(commits.backlog()).isZero();
  }

  @Test
  void sharesTheNextCommitAmongWhatCameDuringOneUpToTheBound() throws Exception {
    GroupCommit<String, String> commits =
        held(new Bounds(3, 100, Duration.ofSeconds(30)), this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c", "d", "e");

    mayEnd.release(3);

    assertThat(results(calls)).containsExactly("a!", "b!", "c!", "d!", "e!");
    assertThat(begun).containsExactly(List.of("a"), List.of("b", "c", "d"), List.of("e"));
  }

  @Test
  void refusesWhatTheLineCannotHold() throws Exception {
    GroupCommit<String, String> commits =
        held(new Bounds(100, 2, Duration.ofSeconds(30)), this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c");

    assertThatThrownBy(() -> commits.submit("d")).isInstanceOf(FullException.class);

    mayEnd.release(3);
    assertThat(results(calls)).containsExactly("a!", "b!", "c!");
    assertThat(commits.submit("d")).isEqualTo("d!");
  }

  @Test
  void givesUpWhatWaitsInTheLineForTooLong() throws Exception {
    GroupCommit<String, String> commits =
        held(new Bounds(100, 100, Duration.ofMillis(100)), this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a");

    assertThatThrownBy(() -> commits.submit("b"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("waited too long");
    assertThat(commits.backlog()).isZero();

    mayEnd.release(2);
    assertThat(results(calls)).containsExactly("a!");
    assertThat(commits.submit("c")).isEqualTo("c!");
    assertThat(begun).containsExactly(List.of("a"), List.of("c"));
  }

  @Test
  void givesUpWhatIsInTheCommitOfAnotherForTooLongButNeverWhoCommits() throws Exception {
    GroupCommit<String, String> commits =
        held(new Bounds(100, 100, Duration.ofSeconds(1)), this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c");
    mayEnd.release();
    Waiting.until(() -> begun.size() == 2);

    assertThatThrownBy(() -> calls.get(2).get())
        .hasCauseInstanceOf(StoreUnavailableException.class);

    assertThat(begun).containsExactly(List.of("a"), List.of("b", "c"));
    mayEnd.release();
    assertThat(calls.get(1).get()).isEqualTo("b!");
  }

  @Test
  void leavesTheLineWhenItsCallerIsInterrupted() throws Exception {
    GroupCommit<String, String> commits = held(AMPLE, this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a");
    AtomicBoolean isStillInterrupted = new AtomicBoolean();
    Thread interrupted =
        Thread.ofVirtual()
            .start(() -> {
              assertThatThrownBy(() -> commits.submit("b"))
                  .isInstanceOf(StoreUnavailableException.class);
              isStillInterrupted.set(Thread.currentThread().isInterrupted());
            });
    Waiting.until(() -> commits.backlog() == 1);

    interrupted.interrupt();
    interrupted.join();

    assertThat(isStillInterrupted).isTrue();
    assertThat(commits.backlog()).isZero();
    mayEnd.release();
    assertThat(results(calls)).containsExactly("a!");
  }

  @Test
  void staysForTheCommitThatItIsInWhenItsCallerIsInterrupted() throws Exception {
    GroupCommit<String, String> commits = held(AMPLE, this::endAll);
    List<Future<String>> calls = submitInOrder(commits, "a", "b");
    List<Object> seen = new CopyOnWriteArrayList<>();
    Thread interrupted =
        Thread.ofVirtual()
            .start(() -> {
              seen.add(commits.submit("c"));
              seen.add(Thread.currentThread().isInterrupted());
            });
    Waiting.until(() -> commits.backlog() == 2);
    mayEnd.release();
    Waiting.until(() -> begun.size() == 2);

    interrupted.interrupt();
    mayEnd.release();
    interrupted.join();

    assertThat(seen).containsExactly("c!", true);
    assertThat(results(calls)).containsExactly("a!", "b!");
  }

  @Test
  void failsABatchAloneWhenItsCommitFails() throws Exception {
    IllegalStateException failure = new IllegalStateException("disk full");
    GroupCommit<String, String> commits =
        held(
            new Bounds(2, 100, Duration.ofSeconds(30)),
            batch -> {
              if (batch.getFirst().item().equals("b")) {
                throw failure;
              }
              return endAll(batch);
            });
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c", "d");

    mayEnd.release(3);

    assertThat(calls.get(0).get()).isEqualTo("a!");
    assertThatThrownBy(() -> calls.get(1).get()).hasCause(failure);
    assertThatThrownBy(() -> calls.get(2).get()).hasCause(failure);
    assertThat(calls.get(3).get()).isEqualTo("d!");
  }

  @Test
  void handsTheTurnOverWhenACommitEndsInAnError() throws Exception {
    GroupCommit<String, String> commits =
        held(
            AMPLE,
            batch -> {
              if (batch.getFirst().item().equals("a")) {
                throw new AssertionError("broken");
              }
              return endAll(batch);
            });
    List<Future<String>> calls = submitInOrder(commits, "a", "b");

    mayEnd.release(3);

    assertThatThrownBy(() -> calls.get(0).get()).hasCauseInstanceOf(AssertionError.class);
    assertThat(calls.get(1).get()).isEqualTo("b!");
    assertThat(commits.submit("c")).isEqualTo("c!");
  }

  @Test
  void takesWhatIsUndecidedFirstIntoTheNextBatch() throws Exception {
    GroupCommit<String, String> commits =
        held(
            new Bounds(3, 100, Duration.ofSeconds(30)),
            batch -> {
              batch.getFirst().end("first");
              return batch.subList(1, batch.size());
            });
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c", "d", "e");

    mayEnd.release(5);

    assertThat(results(calls)).containsOnly("first");
    assertThat(begun)
        .containsExactly(
            List.of("a"),
            List.of("b", "c", "d"),
            List.of("c", "d", "e"),
            List.of("d", "e"),
            List.of("e"));
  }

  @Test
  void failsWhatACommitForgets() throws Exception {
    GroupCommit<String, String> commits =
        held(
            AMPLE,
            batch -> {
              batch.getFirst().end("first");
              return List.of();
            });
    List<Future<String>> calls = submitInOrder(commits, "a", "b", "c");

    mayEnd.release(2);

    assertThat(calls.get(1).get()).isEqualTo("first");
    assertThatThrownBy(() -> calls.get(2).get())
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("forgot an entry");
  }

  @Test
  void failsABatchOfWhichACommitDecidesNothing() {
    GroupCommit<String, String> commits = new GroupCommit<>(AMPLE, Clock.system(), batch -> batch);

    assertThatThrownBy(() -> commits.submit("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("decided nothing");
  }

  @Test
  void commitsEachItemOnceAndOneBatchAtATimeThoughManyCall() throws Exception {
    AtomicInteger running = new AtomicInteger();
    List<Integer> committed = new ArrayList<>(); // only one commit at a time writes to it
    GroupCommit<Integer, Integer> commits =
        new GroupCommit<>(
            new Bounds(7, 64, Duration.ofSeconds(30)),
            Clock.system(),
            batch -> {
              if (running.incrementAndGet() > 1 || batch.size() > 7) {
                throw new IllegalStateException("too much at a time");
              }
              LockSupport.parkNanos(50_000); // others gather meanwhile
              batch.forEach(entry -> committed.add(entry.item()));
              running.decrementAndGet();
              batch.forEach(entry -> entry.end(-entry.item()));
              return List.of();
            });
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int caller = i;
      calls.add(() -> {
        for (int item = caller * 1000; item < caller * 1000 + 200; item++) {
          assertThat(commits.submit(item)).isEqualTo(-item);
        }
        return true;
      });
    }

    for (Future<Boolean> call : callers.invokeAll(calls)) {
      assertThat(call.get()).isTrue();
    }

    assertThat(committed).hasSize(64 * 200).doesNotHaveDuplicates();
  }

  /** Each of its commits begins by waiting until it may end. */
  private GroupCommit<String, String> held(
      Bounds bounds, GroupCommit.Commit<String, String> commit) {
    return new GroupCommit<>(
        bounds,
        Clock.system(),
        batch -> {
          begun.add(batch.stream().map(Entry::item).toList());
          mayEnd.acquireUninterruptibly();
          return commit.commit(batch);
        });
  }

  private List<Entry<String, String>> endAll(List<Entry<String, String>> batch) {
    batch.forEach(entry -> entry.end(entry.item() + "!"));
    return List.of();
  }

  /** The first is being committed when this returns, the others wait for it. */
  private List<Future<String>> submitInOrder(
      GroupCommit<String, String> commits, String first, String... others) {
    List<Future<String>> calls = new ArrayList<>();
    calls.add(callers.submit(() -> commits.submit(first)));
    Waiting.until(() -> begun.size() == 1);
    for (String item : others) {
      calls.add(callers.submit(() -> commits.submit(item)));
      Waiting.until(() -> commits.backlog() == calls.size() - 1);
    }
    return calls;
  }

  private static List<String> results(List<Future<String>> calls) throws Exception {
    List<String> results = new ArrayList<>();
    for (Future<String> call : calls) {
      results.add(call.get());
    }
    return results;
  }
}
