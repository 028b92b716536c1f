package io.tocsin.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SystemClockTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Clock clock = Clock.system();

  @Test
  void awaitTellsWhetherTheFutureHasEnded() throws Exception {
    CompletableFuture<String> future = new CompletableFuture<>();
    assertThat(clock.await(future, Duration.ofMillis(1))).isFalse();
    assertThat(clock.await(future, Duration.ZERO)).isFalse();
    assertThat(clock.await(future, Duration.ofSeconds(-1))).isFalse();
    Thread ending = Thread.ofVirtual().start(() -> future.complete("done"));
    assertThat(clock.await(future, LONG)).isTrue();
    ending.join();
  }

  @Test
  void aFutureThatFailedOrWasCancelledHasEnded() throws Exception {
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    cancelled.cancel(true);
    assertThat(clock.await(cancelled, LONG)).isTrue();
    CompletableFuture<String> failed =
        CompletableFuture.failedFuture(new IllegalStateException("no"));
    assertThat(clock.await(failed, LONG)).isTrue();
  }

  @Test
  void awaitEndsWithAnInterrupt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> clock.await(new CompletableFuture<>(), LONG))
        .isInstanceOf(InterruptedException.class);
  }
}
