package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountsTest {
  private static final Mounts MOUNTS =
      Mounts.of()
          .with("/v1", named("v1"), ErrorPages.PLAIN)
          .with("/v1/core/v1", named("core"), ErrorPages.PLAIN)
          .with("/healthcheck", named("health"), ErrorPages.PLAIN)
          .otherwise(named("rest"), ErrorPages.PLAIN);

  private static Handler named(String name) {
    return _ -> Response.text(200, "text/plain", name);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1, v1",
    "/v1/, v1",
    "/v1/segments, v1",
    "/v1/core, v1",
    "/v1/core/v1, core",
    "/v1/core/v1/x, core",
    "/v1/core/v1x, v1",
    "/v1x, rest",
    "/V1, rest",
    "/, rest",
    "*, rest",
    "/healthcheck, health",
    "/healthchecks, rest"
  })
  void theLongestPrefixOfWholeElementsWins(String path, String name) {
    Request request =
        new Request("GET", path, Query.NONE, Headers.NONE, new byte[0], "http://a", "req-1");

    assertThat(MOUNTS.at(path).handler().handle(request).body()).asString().isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "v1", "/v1/"})
  void refusesPrefixesThatAreNone(String prefix) {
    assertThatThrownBy(() -> Mounts.of().with(prefix, named("x"), ErrorPages.PLAIN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesToMountTwice() {
    assertThatThrownBy(() -> MOUNTS.with("/v1", named("x"), ErrorPages.PLAIN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
