package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
  private static final String END = " HTTP/1.1\r\nHost: ha.example:15868\r\n\r\n";
  private static final String LAST =
      " HTTP/1.1\r\nHost: ha.example:15868\r\nConnection: close\r\n\r\n";

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
      return client.send(request).answer();
    }
  }

  @Test
  void answersSeveralRequestsOverOneConnection() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send("GET /v1/a" + END).answer().body())
          .isEqualTo("GET /v1/a at http://ha.example:15868");
      assertThat(client.send("PUT /v1/b" + END).answer().body())
          .isEqualTo("PUT /v1/b at http://ha.example:15868");
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    String three =
        "GET /v1/1"
            + END
            + "POST /v1/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            + "GET /v1/3"
            + LAST;
    try (RawClient client = new RawClient(listener.address()).send(three)) {
      assertThat(client.answer().body()).startsWith("GET /v1/1 ");
      assertThat(client.answer().body()).isEqualTo("POST /v1/2 at http://a with 6869");
      assertThat(client.answer().body()).startsWith("GET /v1/3 ");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void closesWhenAskedTo() throws Exception {
    try (RawClient client = new RawClient(listener.address()).send("GET /v1" + LAST)) {
      assertThat(client.answer().header("Connection")).hasValue("close");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void speaksHttp10WithAndWithoutHost() throws Exception {
    try (RawClient client = new RawClient(listener.address()).send("GET /v1 HTTP/1.0\r\n\r\n")) {
      RawClient.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("GET /v1 at http:/" + listener.address());
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(ask("GET /v1 HTTP/1.0\r\nHost: named\r\n\r\n").body())
        .isEqualTo("GET /v1 at http://named");
  }

  @Test
  void keepsAnHttp10ConnectionOpenWhenAskedTo() throws Exception {
    String request = "GET /v1/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send(request).answer().header("Connection")).hasValue("keep-alive");
      assertThat(client.send(request).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void answersHeadWithTheLengthAndWithoutTheBody() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      RawClient.Answer head = client.send("HEAD /v1/big" + END).answerToHead();

      assertThat(head.header("Content-Length")).hasValue("36000");
      assertThat(client.send("GET /v1/next" + END).answer().body()).startsWith("GET /v1/next");
    }
  }

  @Test
  void sendsNoBodyWith204() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      RawClient.Answer nothing = client.send("GET /v1/nothing" + END).answer();

      assertThat(nothing.status()).isEqualTo(204);
      assertThat(nothing.header("Content-Length")).isEmpty();
      assertThat(nothing.header("Transfer-Encoding")).isEmpty();
      assertThat(client.send("GET /v1/next" + END).answer().body()).startsWith("GET /v1/next");
    }
  }

  @Test
  void readsChunkedBodies() throws Exception {
    String head = "POST /v1/body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    assertThat(ask(head + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n").body()).isEqualTo("abcde");
    assertThat(ask(head + "3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n").body()).isEqualTo("abc");
  }

  @Test
  void asksForABodyThatIsExpectedToBeAskedFor() throws Exception {
    String head =
        "POST /v1/body HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    try (RawClient client = new RawClient(listener.address()).send(head)) {
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.send("hi").answer().body()).isEqualTo("hi");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "//v1/x | GET /v1/x at",
        "///v1//x/ | GET /v1//x/ at",
        "/v1/a%2Fb%20c | GET /v1/a%2Fb%20c at",
        "/v1/../x | GET /v1/../x at",
        "/v1/%2e%2e/x;p=1 | GET /v1/%2e%2e/x;p=1 at",
        "/v1/%ff | GET /v1/%ff at",
        "/v1/x?a=1&b=2&a=%C3%A9+x | GET /v1/x a=1 b=2 a=é x at",
        "/v1/x?&&a&=b&c==&d=%&%zz=%4&e=%ff&%00=%00 |"
            + " GET /v1/x a= =b c== d=% %zz=%4 e=\uFFFD %00=%00 at",
        "/v1/x?a=b?c/d | GET /v1/x a=b?c/d at",
        "http://ha.example:15868/v1/x?a | GET /v1/x a= at http://ha.example:15868",
      })
  void takesEveryPathAndQueryAsItWasSent(String target, String seen) throws Exception {
    assertThat(ask("GET " + target + END).body()).startsWith(seen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/\u00C3\u00A9?q=\u00C3\u00A9",
        "GET /v1/\u00FF?q=\u00FF",
        "GET /v1/%zz",
        "GET /v1/%f",
        "GET /v1/%u0041"
      })
  void survivesBadPercentEncodings(String start) throws Exception {
    assertThat(ask(start + END).status()).isIn(200, 400);
  }

  @Test
  void givesEachRequestAnIdThatCodeBelowCanSee() throws Exception {
    String first = ask("GET /v1/id" + END).body();
    String second = ask("GET /v1/id" + END).body();
    String uuid4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    assertThat(first).matches("(req-" + uuid4 + ")Optional\\[\\1\\]").isNotEqualTo(second);
    assertThat(RequestIds.current()).isEmpty();
  }

  @Test
  void answersOnVirtualThreads() throws Exception {
    assertThat(ask("GET /v1/thread" + END).body()).isEqualTo("virtual true");
  }

  @Test
  void ignoresOffersToChangeTheProtocol() throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/v1/x".formatted(listener.address().getPort()));
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("hi")).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(answer.body()).endsWith("with 6869");
    }
  }

  @Test
  void keepsFramingToItself() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      RawClient.Answer answer = client.send("GET /v1/lies" + END).answer();

      assertThat(answer.body()).isEqualTo("truth");
      assertThat(answer.header("Set-Cookie")).isEmpty();
      assertThat(client.send("GET /v1/next" + END).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotSayWhatItRunsOn() throws Exception {
    for (String request : List.of("GET /v1" + END, "rubbish\r\n\r\n", "GET /nowhere" + END)) {
      RawClient.Answer answer = ask(request);

      assertThat(answer.header("Server")).isEmpty();
      assertThat(answer.toString()).doesNotContainIgnoringCase("jetty");
    }
  }

  @Test
  void answersUnmountedPathsPlainly() throws Exception {
    assertThat(ask("GET /v1x" + END).body()).isEqualTo("404 Not Found\n");
    assertThat(ask("OPTIONS *" + END).status()).isEqualTo(404);
  }

  @Test
  void doesNotHoldBackTheEndOfABigAnswer() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      assertThat(client.send("GET /v1/big" + END).answer().body()).hasSize(Echo.BIG);
      assertThat(listener.sockets().all())
          .singleElement()
          .satisfies(c -> assertThat(isNagleOff(c)).isTrue());
    }
  }

  private static boolean isNagleOff(SocketChannel channel) throws Exception {
    return channel.getOption(StandardSocketOptions.TCP_NODELAY);
  }

  @Test
  void namesTheAddressThatIsTaken() {
    HttpSettings same = HttpSettings.at("127.0.0.1", listener.address().getPort());
    try (Listener second = Echo.listener(same)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ListenException.class)
          .hasMessage("Cannot listen on 127.0.0.1:%d: Address already in use", same.port());
    }
  }

  @Test
  void namesTheHostThatDoesNotExist() {
    try (Listener lost = Echo.listener(HttpSettings.at("no-such-host.invalid", 1))) {
      assertThatThrownBy(lost::start)
          .isInstanceOf(ListenException.class)
          .hasMessage("Cannot listen on no-such-host.invalid:1: unknown host");
    }
  }

  @Test
  void servesThousandsOfOpenConnections() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 2_000; i++) {
        clients.add(new RawClient(listener.address()));
      }
      for (int round = 0; round < 2; round++) {
        for (RawClient client : clients) {
          client.send("GET /v1/x" + END);
        }
        for (RawClient client : clients) {
          assertThat(client.answer().status()).isEqualTo(200);
        }
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
