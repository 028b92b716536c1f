package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ListenerDrainTest {
  private static final Duration LONG = Duration.ofSeconds(15);

  private final Echo echo = new Echo();
  private final Listener listener = Echo.listener(HttpSettings.at("127.0.0.1", 0), echo);
  private final ExecutorService other = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void start() {
    listener.start();
  }

  @AfterEach
  void stop() {
    echo.mayLeave.countDown();
    listener.close();
    other.close();
  }

  private RawClient waiting() throws Exception {
    RawClient client = new RawClient(listener.address());
    client.send("GET /v1/wait HTTP/1.1\r\nHost: a\r\n\r\n");
    echo.arrived.await();
    return client;
  }

  private void awaitRefusal(InetSocketAddress address) throws IOException {
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < end) {
      try {
        new RawClient(address).close();
      } catch (SocketException _) {
        return;
      }
    }
    throw new AssertionError("Still accepting");
  }

  @Test
  void letsARunningRequestEndAndTakesNoNewConnection() throws Exception {
    InetSocketAddress address = listener.address();
    try (RawClient client = waiting()) {
      Future<Boolean> drained = other.submit(() -> listener.drain(LONG));
      awaitRefusal(address);
      assertThat(drained.isDone()).isFalse();

      echo.mayLeave.countDown();
      RawClient.Answer answer = client.answer();

      assertThat(answer.body()).isEqualTo("left true");
      assertThat(answer.header("Connection")).hasValue("close");
      assertThat(client.isAtEnd()).isTrue();
      assertThat(drained.get()).isTrue();
    }
  }

  @Test
  void answersWhatComesOverOpenConnectionsMeanwhile() throws Exception {
    InetSocketAddress address = listener.address();
    try (RawClient open = new RawClient(address)) {
      assertThat(open.send("GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
          .isEqualTo(200);
      // Comes after: the server is through with the first exchange, not only its client.
      try (RawClient client = waiting()) {
        Future<Boolean> drained = other.submit(() -> listener.drain(LONG));
        awaitRefusal(address);

        // Refusing comes a moment before closing: an answer may still keep the connection.
        Waiting.until(LONG, () -> isLast(open));
        echo.mayLeave.countDown();

        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(drained.get()).isTrue();
      }
    }
  }

  /** Whether the answer to one more request, which there is, ends the connection. */
  private static boolean isLast(RawClient open) {
    try {
      RawClient.Answer answer = open.send("GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n").answer();
      assertThat(answer.status()).isEqualTo(200);
      return answer.header("Connection").equals(Optional.of("close"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void cutsOffWhatRunsBeyondTheLimit() throws Exception {
    try (RawClient client = waiting()) {
      assertThat(listener.drain(Duration.ofMillis(50))).isFalse();
      assertThat(echo.interrupted.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(client.isAtEndOrRefused()).isTrue();
    }
  }

  /** Often, since a connection may be anywhere on its way in when the listener stops. */
  @RepeatedTest(20)
  void isNotHeldUpByIdleConnections() throws Exception {
    try (RawClient idle = new RawClient(listener.address());
        RawClient halfSent = new RawClient(listener.address()).send("GET /v1/x HT")) {
      long started = System.nanoTime();

      assertThat(listener.drain(LONG)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(LONG.minusSeconds(4));
      assertThat(idle.isAtEndOrRefused()).isTrue();
      assertThat(halfSent.isAtEndOrRefused()).isTrue();
    }
  }

  @Test
  void mayBeRepeatedAndFreesThePort() throws Exception {
    int port = listener.address().getPort();
    CountDownLatch together = new CountDownLatch(1);
    Callable<Boolean> stop =
        () -> {
          together.await();
          return listener.drain(LONG);
        };
    Future<Boolean> first = other.submit(stop);
    Future<Boolean> second = other.submit(stop);
    together.countDown();

    assertThat(first.get() && second.get() && listener.drain(LONG)).isTrue();
    listener.close();
    assertThatThrownBy(listener::address).isInstanceOf(IllegalStateException.class);
    try (Listener next = Echo.listener(HttpSettings.at("127.0.0.1", port))) {
      next.start();
      assertThat(next.address().getPort()).isEqualTo(port);
    }
  }

  @Test
  void mayBeStoppedWithoutHavingBeenStarted() {
    Listener never = Echo.listener(HttpSettings.at("127.0.0.1", 0));

    assertThat(never.drain(LONG)).isTrue();
    never.close();
  }
}
