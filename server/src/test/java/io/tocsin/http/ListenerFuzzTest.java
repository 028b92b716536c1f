package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests damaged at random. Whatever comes, the server ends the connection once the client has
 * nothing more to say, answers with no 5xx that would be its own fault, and keeps serving. To
 * replay a failure, put the seed it names into {@code fuzz.seed} and 1 into {@code
 * fuzz.listener-cases}.
 */
class ListenerFuzzTest {
  private static final int CASES = Integer.getInteger("fuzz.listener-cases", 75_000);
  private static final int WORKERS = 16;
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_121L);
  private static final String[] GOOD = {
    "GET /v1/x?a=1&b=%20 HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD /v1/big HTTP/1.1\r\nHost: a:1\r\nAccept: */*\r\n\r\n",
    "POST /v1/body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "PUT /v1/b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "DELETE //v1/b%2Fc HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nExpect: 100-continue\r\n\r\n",
    "GET http://a/v1/x HTTP/1.1\r\nHost: a\r\nCookie: x=y\r\n\r\n",
  };
  private final Listener listener =
      Echo.listener(
          new HttpSettings(
              "127.0.0.1",
              0,
              1_000,
              100,
              4_096,
              1_000,
              Duration.ofSeconds(5),
              Duration.ofSeconds(5)));

  @BeforeEach
  void start() {
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void survivesDamagedRequests() throws Exception {
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> parts =
          IntStream.range(0, WORKERS)
              .mapToObj(worker -> workers.submit(() -> attack(worker)))
              .toList();
      int answered = 0;
      for (Future<Integer> part : parts) {
        answered += part.get();
      }
      assertThat(answered).as("cases that got an answer at all").isGreaterThanOrEqualTo(CASES / 2);
    }
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send(GOOD[0]).answer().status()).isEqualTo(200);
    }
    assertThat(listener.drain(Duration.ofSeconds(5))).as("no request left running").isTrue();
  }

  private int attack(int worker) throws Exception {
    int answered = 0;
    for (int i = worker; i < CASES; i += WORKERS) {
      byte[] request = damaged(new SplittableRandom(SEED + i));
      String sent = new String(request, StandardCharsets.ISO_8859_1);
      String answer = exchange(request, "seed %d: %s".formatted(SEED + i, sent));
      assertThat(answer)
          .as("seed %d: %s", SEED + i, sent)
          .doesNotContain("HTTP/1.1 500", "HTTP/1.1 503", "HTTP/1.0 500", "xception", "etty");
      answered += answer.isEmpty() ? 0 : 1;
    }
    return answered;
  }

  private String exchange(byte[] request, String description) throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      return client.send(request).sendEnd().everything();
    } catch (java.net.SocketTimeoutException hung) {
      throw new AssertionError("Hung on " + description, hung);
    }
  }

  /** One to three good requests in a row, hurt. */
  private static byte[] damaged(SplittableRandom random) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (int i = random.nextInt(3); i >= 0; i--) {
      request.writeBytes(GOOD[random.nextInt(GOOD.length)].getBytes(StandardCharsets.ISO_8859_1));
    }
    return Damage.of(request.toByteArray(), random);
  }
}
