package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

class OpenApiTest {
  private static final String RESOURCE = "/openapi/instance-ha.yaml";
  private static final OpenApi OPEN_API =
      new OpenApi(List.of("instance-ha", "account-notifications"));

  private static Response ask(String method, String path) {
    return OPEN_API.handle(
        new Request(
            method, path, Query.NONE, Headers.NONE, new byte[0], "http://ha.example", "req-1"));
  }

  private static byte[] yaml() throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(OpenApiTest.class.getResourceAsStream(RESOURCE))) {
      return stream.readAllBytes();
    }
  }

  @Test
  void listsWhatThereIs() {
    Response answer = ask("GET", "/openapi");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type")).hasValue("application/json");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"documents\":[{\"name\":\"instance-ha\",\"title\":\"Instance HA API v1\","
                + "\"url\":\"http://ha.example/openapi/instance-ha.yaml\"},"
                + "{\"name\":\"account-notifications\",\"title\":\"Account notification API v1\","
                + "\"url\":\"http://ha.example/openapi/account-notifications.yaml\"}]}");
  }

  @Test
  void givesADescriptionAsItWasWritten() throws Exception {
    Response answer = ask("GET", "/openapi/instance-ha.yaml");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type")).hasValue("application/yaml");
    assertThat(answer.body()).isEqualTo(yaml());
  }

  @Test
  void givesTheSameAsJson() throws Exception {
    Response answer = ask("GET", "/openapi/instance-ha.json");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type")).hasValue("application/json");
    assertThat(Json.parse(answer.body())).isEqualTo(new YAMLMapper().readTree(yaml()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi", "/openapi/instance-ha.yaml", "/openapi/instance-ha.json"})
  void isReadOnly(String path) {
    assertThat(ask("HEAD", path).status()).isEqualTo(200);
    assertThat(ask("POST", path).status()).isEqualTo(405);
    assertThat(ask("POST", path).headers().first("Allow")).hasValue("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi/", "/openapi/instance-ha", "/openapi/other.yaml"})
  void knowsNothingElse(String path) {
    assertThat(ask("GET", path).status()).isEqualTo(404);
    assertThat(ask("POST", path).status()).isEqualTo(404);
  }

  @Test
  void refusesANameWithNothingBehindIt() {
    assertThatThrownBy(() -> new OpenApi(List.of("x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/openapi/x.yaml");
  }
}
