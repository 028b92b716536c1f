package io.tocsin.openstack;

import static io.tocsin.openstack.ScriptedServer.cut;
import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
  private final ScriptedServer server = new ScriptedServer();
  private final SimpleMeterRegistry counted = new SimpleMeterRegistry();
  private final CallMetrics metrics = new CallMetrics(counted);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void countsEachTryByHowItEnded() {
    try (OpenStackClient client = client(server.endpoint(), 2)) {
      server.reply(json(503, ""), json(200, "{}"));
      Answer answer = client.call(show());
      assertThat(answer.status()).isEqualTo(200);
    }
    assertThat(count("overloaded")).isEqualTo(1);
    assertThat(count("ok")).isEqualTo(1);
    assertThat(counted.get("tocsin.cloud.call").tag("operation", "show_server").timer().count())
        .isEqualTo(2);
  }

  @Test
  void tellsNoFromNoAnswer() {
    try (OpenStackClient client = client(server.endpoint(), 1)) {
      fails(client, json(404, ""));
      fails(client, json(401, ""));
      fails(client, json(500, ""));
      fails(client, json(200, "x".repeat(2000)));
    }
    assertThat(count("refused")).isEqualTo(1);
    assertThat(count("unauthorized")).isEqualTo(1);
    assertThat(count("broken")).isEqualTo(1);
    assertThat(count("unreadable")).isEqualTo(1);
    try (OpenStackClient client = client(URI.create("http://127.0.0.1:1"), 1)) {
      assertThatThrownBy(() -> client.call(show())).isInstanceOf(CallFailedException.class);
    }
    assertThat(count("not_sent")).isEqualTo(1);
  }

  @Test
  void countsForClientsThatAreGuardedToo() {
    try (OpenStackClient client = client(server.endpoint(), 1)) {
      // For a read whose connection breaks the JDK sends it once more by itself.
      ApiCall put =
          new ApiCall("PUT", "/x", "{}", Map.of(), ApiCall.Repeat.HARMLESS, Operation.SHOW_SERVER);
      server.reply(cut());
      assertThatThrownBy(() -> client.guardedBy(() -> {}).call(put))
          .isInstanceOf(CallFailedException.class);
    }
    assertThat(count("no_answer")).isEqualTo(1);
  }

  private void fails(OpenStackClient client, ScriptedServer.Reply reply) {
    server.reply(reply);
    assertThatThrownBy(() -> client.call(show())).isInstanceOf(CallFailedException.class);
  }

  private static ApiCall show() {
    return ApiCall.read("/servers/1", Map.of()).as(Operation.SHOW_SERVER);
  }

  private double count(String result) {
    return counted
        .get("tocsin.cloud.calls")
        .tag("operation", "show_server")
        .tag("result", result)
        .counter()
        .count();
  }

  private OpenStackClient client(URI endpoint, int tries) {
    Clock clock = Clock.system();
    return new OpenStackClient(
            Access.open(endpoint),
            new CallSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), tries, 1000),
            Trust.usual(),
            new CallLimit(8, clock),
            RandomGenerator.getDefault(),
            clock)
        .countedBy(metrics);
  }
}
