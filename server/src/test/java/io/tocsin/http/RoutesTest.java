package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final Routes<String> TABLE =
      Routes.of(
          List.of(
              new Routes.Route<>("GET", "/v1", "version"),
              new Routes.Route<>("GET", "/v1/", "version"),
              new Routes.Route<>("GET", "/v1/segments", "list"),
              new Routes.Route<>("POST", "/v1/segments", "create"),
              new Routes.Route<>("GET", "/v1/segments/new", "leftover"),
              new Routes.Route<>("GET", "/v1/segments/{id}", "show"),
              new Routes.Route<>("DELETE", "/v1/segments/{id}", "delete"),
              new Routes.Route<>("GET", "/v1/{project:[0-9a-f\\-]+}/segments", "project list"),
              new Routes.Route<>(
                  "GET", "/v1/{project:[0-9a-f\\-]+}/segments/{id}", "project show")));

  private static String targetOf(String method, String path) {
    return switch (TABLE.match(method, path)) {
      case Routes.Match.Matched<String> matched -> matched.target();
      case Routes.Match.OtherMethods<String> _ -> "other methods";
      case Routes.Match.Unknown<String> _ -> "unknown";
    };
  }

  private static Set<String> methodsFor(String method, String path) {
    return switch (TABLE.match(method, path)) {
      case Routes.Match.OtherMethods<String> others -> others.methods();
      case Routes.Match.Matched<String> _, Routes.Match.Unknown<String> _ -> Set.of();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "/v1, version",
    "/v1/, version",
    "/v1/segments, list",
    "/v1/%73egments, list",
    "/v1/segments/new, leftover",
    "/v1/segments/12, show",
    "/v1/0af-9/segments, project list",
    "/v1/abc/segments/x, project show"
  })
  void findsTheTargetOfAPath(String path, String target) {
    assertThat(targetOf("GET", path)).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/segments/",
        "/v1/segments/12/",
        "/v1x",
        "/v2/segments",
        "/v1/NOHEX/segments",
        "/v1/abc",
        "/v1/abc/",
        "/v1//segments",
        "v1/segments",
        "*",
        "/",
        "",
        "/v1/segments%2F12"
      })
  void doesNotKnowOtherPaths(String path) {
    assertThat(TABLE.match("GET", path)).isEqualTo(new Routes.Match.Unknown<String>());
  }

  @Test
  void tellsWhichMethodsWouldMatch() {
    assertThat(methodsFor("PATCH", "/v1/segments/new")).containsExactly("GET", "DELETE");
    assertThat(methodsFor("PATCH", "/v1/segments")).containsExactly("GET", "POST");
  }

  @Test
  void prefersTheMethodOfALaterLineToARefusal() {
    assertThat(TABLE.match("DELETE", "/v1/segments/new"))
        .isEqualTo(new Routes.Match.Matched<>("delete", Map.of("id", "new")));
  }

  @Test
  void decodesParametersAfterThePathWasSplit() {
    assertThat(TABLE.match("GET", "/v1/segments/a%2Fb%20c%zz%00"))
        .isEqualTo(new Routes.Match.Matched<>("show", Map.of("id", "a/b c%zz%00")));
  }

  @Test
  void listsItsRoutesInOrder() {
    assertThat(TABLE.all())
        .hasSize(9)
        .first()
        .extracting(Routes.Route::target)
        .isEqualTo("version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v1", "/{", "/{}", "/{a}x", "/x{a}", "/{a}/{a}", "/{a:(b+)+}", "/{a:[}", "/{:b}"})
  void refusesPatternsItCannotKeep(String pattern) {
    assertThatThrownBy(() -> Routes.of(List.of(new Routes.Route<>("GET", pattern, "x"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesALineGivenTwice() {
    Routes.Route<String> line = new Routes.Route<>("GET", "/v1", "version");

    assertThatThrownBy(() -> Routes.of(List.of(line, line)))
        .hasMessage("The route GET /v1 stands twice");
  }

  @Test
  @Timeout(60)
  void isQuickWithPathsMadeToBeSlow() {
    String slashes = "/".repeat(16_000);
    String hex = "/v1/" + "a".repeat(16_000) + "!/segments";
    long started = System.nanoTime();

    for (int i = 0; i < 1_000; i++) {
      assertThat(targetOf("GET", slashes)).isEqualTo("unknown");
      assertThat(targetOf("GET", hex)).isEqualTo("unknown");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
  }
}
