package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerLimitsTest {
  private static final int BODY = 1_000;
  private static final int HEAD = 2_000;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final Echo echo = new Echo();
  private final List<Listener> started = new ArrayList<>();

  private Listener start(
      int connections, int requests, Duration idleTimeout, Duration requestTimeout) {
    HttpSettings settings =
        new HttpSettings(
            "127.0.0.1", 0, connections, requests, HEAD, BODY, idleTimeout, requestTimeout);
    Listener listener = Echo.listener(settings, echo);
    started.add(listener);
    listener.start();
    return listener;
  }

  private Listener start() {
    return start(100, 100, LONG, LONG);
  }

  @AfterEach
  void stop() {
    echo.mayLeave.countDown();
    started.forEach(Listener::close);
  }

  private static String post(int length) {
    return "POST /v1/body HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static String chunked(int... lengths) {
    StringBuilder request =
        new StringBuilder(
            "POST /v1/body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int length : lengths) {
      request.append(Integer.toHexString(length)).append("\r\n").append("x".repeat(length));
      request.append("\r\n");
    }
    return request.append("0\r\n\r\n").toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BODY - 1, BODY})
  void takesBodiesUpToTheLimit(int length) throws Exception {
    try (RawClient client = new RawClient(start().address())) {
      assertThat(client.send(post(length) + "x".repeat(length)).answer().body()).hasSize(length);
      if (length > 0) {
        assertThat(client.send(chunked(length)).answer().body()).hasSize(length);
      }
      if (length > 1) {
        assertThat(client.send(chunked(1, length - 1)).answer().body()).hasSize(length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {BODY + 1, 500_000})
  void refusesLargerBodiesWithTheMountsOwnPage(int length) throws Exception {
    Listener listener = start();
    for (String request :
        List.of(post(length) + "x".repeat(length), chunked(length), chunked(BODY, length - BODY))) {
      try (RawClient client = new RawClient(listener.address()).send(request)) {
        RawClient.Answer answer = client.answer();

        assertThat(answer.body())
            .isEqualTo("413|Request body is over 1000 bytes|POST /v1/body|null");
        assertThat(answer.header("Connection")).hasValue("close");
        assertThat(client.isAtEnd()).isTrue();
      }
    }
  }

  @Test
  void refusesAnAnnouncedBodyWithoutReadingIt() throws Exception {
    try (RawClient client = new RawClient(start().address())) {
      assertThat(client.send(post(2_000_000_000)).answer().status()).isEqualTo(413);
    }
    String expecting = post(BODY + 1).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    try (RawClient client = new RawClient(start().address()).send(expecting)) {
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void readsNoRefusedBodyToItsEnd() throws Exception {
    try (RawClient client = new RawClient(start().address()).send(post(2_000_000_000))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  client.send("x".repeat(1_000_000));
                }
              })
          .isInstanceOf(IOException.class);
    }
    try (RawClient client = new RawClient(start().address()).send(post(2_000_000_000))) {
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.dripsUntilClosed()).isTrue();
    }
  }

  @Test
  void takesLengthsBeyondAnIntegerForTooLarge() throws Exception {
    String request = post(1).replace("Content-Length: 1", "Content-Length: 99999999999999999999");
    try (RawClient client = new RawClient(start().address()).send(request)) {
      assertThat(client.answer().status()).isIn(400, 413);
    }
  }

  @ParameterizedTest
  @CsvSource({"X-Long: , 431", "Cookie: , 431"})
  void refusesAnOversizedHeadWithTheMountsOwnPage(String field, int status) throws Exception {
    String request = "GET /v1/x HTTP/1.1\r\nHost: a\r\n" + field + "y".repeat(HEAD) + "\r\n\r\n";
    try (RawClient client = new RawClient(start().address()).send(request)) {
      assertThat(client.answer().body())
          .isEqualTo(status + "|Request header is too large|GET /v1/x|null");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void refusesAnOversizedRequestLine() throws Exception {
    String request = "GET /v1/" + "y".repeat(HEAD) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    try (RawClient client = new RawClient(start().address()).send(request)) {
      assertThat(client.answer().status()).isEqualTo(414);
    }
  }

  @Test
  void takesAHeadJustWithinTheLimit() throws Exception {
    String before = "GET /v1/x HTTP/1.1\r\nHost: a\r\nX-Long: ";
    String request = before + "y".repeat(HEAD - before.length() - 10) + "\r\n\r\n";
    try (RawClient client = new RawClient(start().address()).send(request)) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /v1/x HTT", "GET /v1/x HTTP/1.1\r\nHost: a\r\nX-Part: b"})
  void closesAConnectionThatFallsSilent(String part) throws Exception {
    try (RawClient client = new RawClient(start(100, 100, SHORT, LONG).address()).send(part)) {
      assertThat(client.isAtEndOrRefused()).isTrue();
    }
  }

  @Test
  void closesAConnectionThatDripsItsHead() throws Exception {
    Listener listener = start(100, 100, LONG, SHORT);
    try (RawClient client = new RawClient(listener.address()).send("GET /v1/x HTTP/1.1\r\nX: ")) {
      assertThat(client.dripsUntilClosed()).isTrue();
    }
  }

  @Test
  void givesEveryRequestOfAConnectionItsOwnTime() throws Exception {
    Listener listener = start(100, 100, LONG, SHORT);
    long end = System.nanoTime() + SHORT.multipliedBy(4).toNanos();
    try (RawClient client = new RawClient(listener.address())) {
      while (System.nanoTime() < end) {
        assertThat(client.send(post(5) + "hello").answer().body()).isEqualTo("hello");
      }
    }
  }

  @Test
  void refusesABodyThatDrips() throws Exception {
    Listener listener = start(100, 100, LONG, SHORT);
    try (RawClient client = new RawClient(listener.address()).send(post(900) + "x")) {
      RawClient.Answer answer = client.answer();

      assertThat(answer.body()).isEqualTo("408|Request body took too long|POST /v1/body|null");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void refusesABodyThatFallsSilent() throws Exception {
    Listener listener = start(100, 100, SHORT, LONG);
    try (RawClient client = new RawClient(listener.address()).send(post(900) + "x")) {
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void waitsForASlowHandlerBeyondEveryTimeout() throws Exception {
    Listener listener = start(100, 100, SHORT, SHORT);
    try (RawClient client = new RawClient(listener.address())) {
      client.send("GET /v1/wait HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThatThrownBy(() -> client.answerWithin(SHORT.multipliedBy(4)))
          .isInstanceOf(SocketTimeoutException.class);
      echo.mayLeave.countDown();
      assertThat(client.answer().body()).isEqualTo("left true");
    }
  }

  @Test
  void survivesAClientThatLeavesInTheMiddle() throws Exception {
    Listener listener = start();
    for (String part : List.of("GET /v1", post(10) + "x", chunked(50).substring(0, 80))) {
      new RawClient(listener.address()).send(part).close();
    }
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send(post(5) + "hello").answer().body()).isEqualTo("hello");
    }
    assertThat(listener.drain(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void slowClientsDoNotUseUpTheServer() throws Exception {
    Listener listener = start(500, 20, SHORT, LONG);
    List<RawClient> slow = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      slow.add(new RawClient(listener.address()).send("GET /v1/x HTTP/1.1\r\nHost: "));
    }
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send(post(5) + "hello").answer().body()).isEqualTo("hello");
    }
    for (RawClient client : slow) {
      assertThat(client.isAtEndOrRefused()).isTrue();
      client.close();
    }
  }

  @Test
  void furtherConnectionsWaitForOneToClose() throws Exception {
    Listener listener = start(2, 100, LONG, LONG);
    String request = "GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n";
    RawClient first = new RawClient(listener.address());
    try (RawClient second = new RawClient(listener.address())) {
      assertThat(first.send(request).answer().status()).isEqualTo(200);
      assertThat(second.send(request).answer().status()).isEqualTo(200);
      try (RawClient third = new RawClient(listener.address())) {
        third.send(request);
        assertThatThrownBy(() -> third.answerWithin(SHORT))
            .isInstanceOf(SocketTimeoutException.class);
        first.close();
        assertThat(third.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesRequestsBeyondItsLimitAtOnce() throws Exception {
    Listener listener = start(100, 1, LONG, LONG);
    try (RawClient first = new RawClient(listener.address());
        RawClient second = new RawClient(listener.address())) {
      first.send("GET /v1/wait HTTP/1.1\r\nHost: a\r\n\r\n");
      echo.arrived.await();

      assertThat(second.send("GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
          .isEqualTo("503|The server is at its limit of running requests|GET /v1/x|null");
      echo.mayLeave.countDown();
      assertThat(first.answer().status()).isEqualTo(200);
    }
    try (RawClient third = new RawClient(listener.address())) {
      assertThat(third.send("GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void cutsOffAClientThatDoesNotReadItsAnswer() throws IOException {
    Listener listener = start(100, 100, SHORT, LONG);
    try (RawClient client = new RawClient(listener.address())) {
      client.sendUntilStuck("GET /v1/big HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    assertThat(listener.drain(Duration.ofSeconds(5))).isTrue();
  }
}
