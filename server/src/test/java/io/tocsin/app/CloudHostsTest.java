package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.clock.Clock;
import io.tocsin.compute.CloudSettings;
import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.Refusal;
import io.tocsin.failover.RefusedException;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of Nova's answer when a host is enrolled or renamed (Instance HA spec §8.2). */
class CloudHostsTest {
  private static final Refusal LATER =
      new Refusal.Busy("The compute service could not be asked; try again later.");

  private Response answer = Response.empty(500);
  private final Listener nova =
      new Listener(
          HttpSettings.at("127.0.0.1", 0),
          Mounts.of().otherwise(_ -> answer, ErrorPages.PLAIN),
          Clock.system(),
          new Random(1));

  @AfterEach
  void stop() {
    nova.close();
  }

  private boolean knows() {
    nova.start();
    URI endpoint = URI.create("http://127.0.0.1:%d/v2.1".formatted(nova.address().getPort()));
    try (NovaCloud cloud = new NovaCloud(settings(endpoint), new Random(1), Clock.system())) {
      return new CloudHosts(cloud).knows("cmp-21");
    }
  }

  private static CloudSettings settings(URI endpoint) {
    Duration limit = Duration.ofSeconds(5);
    return new CloudSettings(endpoint, limit, limit, 1, 1, 10, 10, 100_000);
  }

  private Refusal refusal() {
    return catchThrowableOfType(RefusedException.class, this::knows).refusal();
  }

  @Test
  void knowsNoHostThatNovaDoesNotList() {
    answer = Response.text(200, "application/json", "{\"services\": []}");

    assertThat(knows()).isFalse();
  }

  @Test
  void passesA403OnInNovasWords() {
    answer =
        Response.text(
            403, "application/json", "{\"forbidden\": {\"code\": 403, \"message\": \"No way.\"}}");

    assertThat(refusal()).isEqualTo(new Refusal.Forbidden("No way."));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 409, 429, 500, 503})
  void takesEveryOtherFailureForOneThatPasses(int status) {
    answer = Response.text(status, "text/plain", "x");

    assertThat(refusal()).isEqualTo(LATER);
  }
}
