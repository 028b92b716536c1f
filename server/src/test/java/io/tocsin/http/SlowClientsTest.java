package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thousands of clients that take their time, and one that does not and must not notice. */
class SlowClientsTest {
  private static final int SLOW = 3_000;
  private static final int AT_WORK = 200;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Far below the time after which the slow ones are sent away. */
  private static final Duration IN_TIME = Duration.ofSeconds(7);

  private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST =
      "POST /v1/body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";

  private final Listener listener =
      Echo.listener(
          new HttpSettings("127.0.0.1", 0, SLOW + 100, AT_WORK, 4096, 1000, LIMIT, LIMIT));
  private final List<RawClient> slow = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : slow) {
      client.close();
    }
    listener.close();
  }

  /** What each of them does, in turn. */
  private void connectSlowOnes() throws IOException {
    for (int i = 0; i < SLOW; i++) {
      RawClient client = new RawClient(listener.address());
      slow.add(client);
      switch (i % 6) {
        case 0 -> {
          // Says nothing.
        }
        case 1 -> client.send("GET /v1/x HTTP/1.1\r\nHo");
        case 2 -> client.send(POST + "hel");
        case 3 -> client.send("POST /v1/body HTTP/1.1\r\nHost: a\r\nX: ").sendEnd();
        case 4 -> client.send(GET).answer();
        default -> client.send("POST /v1/body HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
      }
    }
  }

  @Test
  void doNotUseUpTheServer() throws Exception {
    listener.start();
    connectSlowOnes();

    try (RawClient good = new RawClient(listener.address())) {
      for (int i = 0; i < 100; i++) {
        assertThat(good.send(GET).answerWithin(IN_TIME).status()).isEqualTo(200);
        assertThat(good.send(POST + "hello").answerWithin(IN_TIME).body()).isEqualTo("hello");
        for (int drip = 1; drip < SLOW && i % 10 == 0; drip += 60) {
          dripInto(slow.get(drip));
        }
      }
    }
    Waiting.until(LIMIT.multipliedBy(4), () -> listener.sockets().all().isEmpty());
    assertThat(listener.drain(IN_TIME)).as("no request left running").isTrue();
  }

  private static void dripInto(RawClient client) {
    try {
      client.send("x");
    } catch (IOException _) {
      // It has been sent away already.
    }
  }

  @Test
  void areRefusedWhereTooManyBodiesAreWaitedFor() throws Exception {
    listener.start();
    for (int i = 0; i < AT_WORK; i++) {
      slow.add(new RawClient(listener.address()).send(POST + "hel"));
    }

    Waiting.until(() -> answered().size() == AT_WORK / 2);

    for (RawClient refused : answered()) {
      assertThat(refused.answer().body())
          .isEqualTo("503|The server is waiting for too many request bodies|POST /v1/body|null");
    }
    try (RawClient quick = new RawClient(listener.address())) {
      assertThat(quick.send(POST + "hello").answer().body()).isEqualTo("hello");
    }
  }

  private List<RawClient> answered() {
    List<RawClient> answered = new ArrayList<>();
    for (RawClient client : slow) {
      if (client.hasAnswer()) {
        answered.add(client);
      }
    }
    return answered;
  }

  @Test
  void leaveTheirPlacesToOthers() throws Exception {
    listener.start();
    for (int round = 0; round < 2; round++) {
      List<RawClient> waiting = new ArrayList<>();
      for (int i = 0; i < AT_WORK / 2; i++) {
        waiting.add(new RawClient(listener.address()).send(POST + "hel"));
      }
      slow.addAll(waiting);
      for (RawClient client : waiting) {
        assertThat(client.send("lo").answer().status()).isEqualTo(200);
      }
    }
  }
}
