package io.tocsin.openstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultTextTest {
  @ParameterizedTest
  @MethodSource("bodies")
  void keepsTheText(String body, String text) {
    assertThat(FaultText.of(400, body.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("{\"badRequest\": {\"code\": 400, \"message\": \"No.\"}}", "No."),
        Arguments.of("{\"conflictingRequest\": {\"message\": \"a\\nb\", \"code\": 409}}", "a b"),
        Arguments.of("{\"error\": {\"message\": \"Sign in\", \"title\": \"U\"}}", "Sign in"),
        Arguments.of("{\"message\": \"direct\"}", "direct"),
        Arguments.of("{\"errors\": [{\"status\": 500, \"detail\": \"d\"}]}", "d"),
        Arguments.of("\"just a string\"", "just a string"),
        Arguments.of("{\"other\": 1}", "{\"other\": 1}"),
        Arguments.of("[]", "[]"),
        Arguments.of(
            "<html><head><title>502</title><style>p {}</style></head><body>\n"
                + " <h1>Bad Gateway</h1><p>upstream</p></body></html>",
            "Bad Gateway upstream"),
        Arguments.of("<html><title>504</title></html>", "<html><title>504</title></html>"),
        Arguments.of("Too many <requests>", "Too many <requests>"),
        Arguments.of("{broken", "{broken"),
        Arguments.of("  ", "HTTP 400 without a text"),
        Arguments.of("", "HTTP 400 without a text"));
  }

  @Test
  void cutsAPageToAMessage() {
    byte[] page = "x".repeat(5000).getBytes(StandardCharsets.UTF_8);
    assertThat(FaultText.of(500, page)).hasSize(1001).endsWith("x…");
  }

  @Test
  void makesATextOfAnyBytes() {
    long seed = Long.getLong("tocsin.seed", System.nanoTime());
    Random random = new Random(seed);
    String alphabet = "{}[]\":,<>/!-a \n\\\u0000é";
    for (int i = 0; i < 5000; i++) {
      StringBuilder body = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        body.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(FaultText.of(500, body.toString().getBytes(StandardCharsets.UTF_8)))
          .as("seed %d, body %s", seed, body)
          .isNotBlank();
    }
  }
}
