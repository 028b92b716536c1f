package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Health.Check WELL = Optional::empty;
  private static final Health.Check BROKEN = () -> Optional.of("The database cannot be reached");
  private static final Health.Check THROWING =
      () -> {
        throw new IllegalStateException("secret");
      };

  private static Response ask(String method, String path, Health.Check... checks) {
    return new Health(List.of(checks))
        .handle(
            new Request(method, path, Query.NONE, Headers.NONE, new byte[0], "http://a", "req-1"));
  }

  private static String body(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void isWellWhileEveryCheckIs() {
    Response answer = ask("GET", "/healthcheck", WELL, WELL);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type")).hasValue("application/json");
    assertThat(body(answer)).isEqualTo("{\"detailed\":false,\"reasons\":[\"OK\"]}");
  }

  @Test
  void saysWhatIsWrong() {
    Response answer = ask("GET", "/healthcheck", WELL, BROKEN, THROWING);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(body(answer))
        .isEqualTo(
            "{\"detailed\":false,\"reasons\":[\"The database cannot be reached\","
                + "\"A check failed\"]}");
  }

  @Test
  void isReadOnlyAndOnePath() {
    assertThat(ask("HEAD", "/healthcheck").status()).isEqualTo(200);
    assertThat(ask("POST", "/healthcheck").headers().first("Allow")).hasValue("GET, HEAD");
    assertThat(ask("POST", "/healthcheck").status()).isEqualTo(405);
    assertThat(ask("GET", "/healthcheck/x").status()).isEqualTo(404);
  }
}
