package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerTest {
  private static final String KEEP = "\r\nHost: ha.example:15868\r\n\r\n";

  private final Listener listener = listener(HttpSettings.at("127.0.0.1", 0));

  private static Listener listener(HttpSettings settings) {
    Mounts mounts = Mounts.of().with("/v1", ListenerTest::echo, ErrorPages.PLAIN);
    return new Listener(settings, mounts, Clock.system(), new SplittableRandom(1));
  }

  /** What arrived, as text. */
  private static Response echo(Request request) {
    return Response.text(
        200,
        "text/plain",
        "%s %s %s %d %s"
            .formatted(
                request.method(),
                request.rawPath(),
                request.query().parameters(),
                request.body().length,
                request.baseUrl()));
  }

  @BeforeEach
  void start() {
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void answersSeveralRequestsOverOneConnection() throws Exception {
    try (RawClient client = new RawClient(listener.address())) {
      RawClient.Answer first = client.send("GET //v1/a%2Fb?x=1&y=%zz HTTP/1.1" + KEEP).answer();
      RawClient.Answer second = client.send("GET /v1 HTTP/1.1" + KEEP).answer();

      assertThat(first.body())
          .isEqualTo(
              "GET /v1/a%2Fb [Parameter[name=x, value=1], Parameter[name=y, value=%zz]] 0"
                  + " http://ha.example:15868");
      assertThat(second.body()).startsWith("GET /v1 ");
      assertThat(first.header("Server")).isEmpty();
    }
  }

  @Test
  void namesTheAddressThatIsTaken() {
    HttpSettings same = HttpSettings.at("127.0.0.1", listener.address().getPort());
    try (Listener second = listener(same)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ListenException.class)
          .hasMessage("Cannot listen on 127.0.0.1:%d: Address already in use", same.port());
    }
  }
}
