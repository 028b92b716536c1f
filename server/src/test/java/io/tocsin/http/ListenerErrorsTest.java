package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerErrorsTest {
  private static final String END = " HTTP/1.1\r\nHost: a\r\n\r\n";

  private final Listener listener = Echo.listener(HttpSettings.at("127.0.0.1", 0));

  @BeforeEach
  void start() {
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  private RawClient.Answer ask(String request) throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      return client.send(request).sendEnd().answer();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/throw", "/v1/overflow"})
  void answersAHandlersExceptionWithTheMountsPageAndLogsItOnce(String path) throws Exception {
    try (LoggedLines lines = LoggedLines.of("io.tocsin.http")) {
      RawClient.Answer answer = ask("GET " + path + "?token=secret" + END);

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).startsWith("500|Internal server error|GET " + path + "|err-");
      assertThat(answer.body()).doesNotContain("secret", "Exception");
      String errorId = answer.body().substring(answer.body().indexOf("err-"));
      List<ILoggingEvent> errors = lines.atLevel(Level.ERROR);
      assertThat(errors).hasSize(1);
      assertThat(errors.getFirst().getKeyValuePairs().toString())
          .contains("error_id=\"" + errorId + "\"", "path=\"" + path + "\"")
          .doesNotContain("secret");
      assertThat(errors.getFirst().getMDCPropertyMap().get(RequestIds.LOG_KEY)).startsWith("req-");
    }
  }

  @Test
  void logsEveryAnswerWithoutItsQuery() throws Exception {
    try (LoggedLines lines = LoggedLines.of("io.tocsin.http.access")) {
      ask("GET /v1/x?token=secret" + END);
      ask("GET /v1/throw" + END);
      ask("rubbish\r\n\r\n");

      List<ILoggingEvent> all = lines.all(3);
      assertThat(all)
          .extracting(ILoggingEvent::getLevel)
          .containsExactly(Level.DEBUG, Level.WARN, Level.DEBUG);
      assertThat(all.getFirst().getKeyValuePairs().toString())
          .contains("method=\"GET\"", "path=\"/v1/x\"", "status=\"200\"", "ms=\"")
          .doesNotContain("secret");
      assertThat(all)
          .allSatisfy(
              e -> assertThat(e.getMDCPropertyMap().get(RequestIds.LOG_KEY)).startsWith("req-"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rubbish\r\n\r\n",
        "GET\r\n\r\n",
        "GET /v1\r\n\r\n",
        "GET /v1 HTTP/1.1\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a:port\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: \"><script>\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /v1 HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET /v1 HTTP/2.0\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n",
        "G\u0000T /v1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\nx",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST /v1 HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n",
        "CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
      })
  void refusesWhatIsNotHttpInItsOwnWords(String request) throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      RawClient.Answer answer = client.send(request).answer();

      assertThat(answer.status()).isBetween(400, 505).isNotEqualTo(500);
      assertThat(answer.body()).startsWith(Integer.toString(answer.status()));
      assertThat(answer.toString())
          .doesNotContainIgnoringCase("exception")
          .doesNotContainIgnoringCase("jetty")
          .doesNotContain("<");
      assertThat(answer.header("Connection")).hasValue("close");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void usesTheMountsWordsOnceThePathIsKnown() throws Exception {
    assertThat(ask("GET /v1/x HTTP/1.1\r\n\r\n").body())
        .isEqualTo("400|Malformed request|GET /v1/x|null");
    assertThat(ask("GET /else HTTP/1.1\r\n\r\n").body()).isEqualTo("400 Malformed request\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/broken/throw", "/v1/long-header"})
  void survivesPagesAndAnswersThatCannotBeSent(String path) throws Exception {
    for (int i = 0; i < 3; i++) {
      RawClient.Answer answer = ask("GET " + path + END);

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.toString()).doesNotContain("secret", "xception", "etty");
    }
    assertThat(ask("GET /v1/x" + END).status()).isEqualTo(200);
    assertThat(listener.drain(Duration.ofSeconds(5))).as("none counted as running").isTrue();
  }

  @Test
  void cutsAConnectionOnPurposeWithoutAWordToAnybody() throws Exception {
    try (LoggedLines lines = LoggedLines.of("io.tocsin.http");
        RawClient client = new RawClient(listener.address())) {
      assertThat(client.send("GET /v1/cut" + END).everything()).isEmpty();

      assertThat(listener.drain(Duration.ofSeconds(5))).isTrue();
      assertThat(lines.atLevel(Level.ERROR)).isEmpty();
      assertThat(lines.atLevel(Level.WARN)).isEmpty();
    }
  }

  @Test
  void endsAConnectionWhoseBodyBreaksOff() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      client.send("POST /v1/body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx").sendEnd();

      assertThat(client.isAtEndOrRefused()).isTrue();
    }
  }
}
