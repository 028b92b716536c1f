package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null                          | None
          true                          | True
          [false, 1, -2.5, []]          | [False, 1, -2.5, []]
          {}                            | {}
          {"a": {"b": ["c"]}, "d": 1}   | {'a': {'b': ['c']}, 'd': 1}
          123456789012345678901234567890 | 123456789012345678901234567890
          "it's"                        | "it's"
          "say \\"hi\\""                | 'say "hi"'
          "it's \\"hi\\""               | 'it\\'s "hi"'
          "a\\n\\t\\r\\\\\\u0001"       | 'a\\n\\t\\r\\\\\\x01'
          "Größe 😀"                    | 'Größe 😀'
          """)
  void writesValuesAsPythonDoes(String json, String python) {
    assertThat(PythonText.of(Json.parse(json.getBytes(StandardCharsets.UTF_8)))).isEqualTo(python);
  }

  @Test
  void cutsWhatNobodyWouldRead() {
    assertThat(PythonText.of("x".repeat(2000))).hasSize(1027).startsWith("'xxx").endsWith("x...");
    assertThat(PythonText.of("x".repeat(1022) + "😀"))
        .as("never through the middle of a character")
        .isEqualTo("'" + "x".repeat(1022) + "...");
  }

  @Test
  void writesLists() {
    assertThat(PythonText.list(List.of("a", "b"))).isEqualTo("'a', 'b'");
  }
}
