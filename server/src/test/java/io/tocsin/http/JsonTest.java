package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTest {
  /** Components out of alphabetical order on purpose. */
  record Pair(String zone, int count, List<String> aliases) {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1} x",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "NaN",
        "[Infinity]",
        "1e999",
        "01",
        "'a'",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "[\"\\ud800\"]",
        "[\"\\udc00\\ud800\"]",
        "\uFEFF{}",
        "\"a\nb\""
      })
  void refusesWhatIsNoCleanJson(String text) {
    assertThatThrownBy(() -> Json.parse(utf8(text))).isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16", "UTF-32", "ISO-8859-1"})
  void refusesEveryEncodingButUtf8(String charset) {
    byte[] body = "{\"name\": \"é\"}".getBytes(Charset.forName(charset));

    assertThatThrownBy(() -> Json.parse(body)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesOverlongUtf8() {
    byte[] body = {'"', (byte) 0xC0, (byte) 0xAF, '"'};

    assertThatThrownBy(() -> Json.parse(body)).isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void boundsTheDepth(String opening) {
    String closing = opening.equals("[") ? "]" : "}";
    String deepest = opening.repeat(100) + "1" + closing.repeat(100);

    assertThat(Json.parse(utf8(deepest))).isNotNull();
    assertThatThrownBy(() -> Json.parse(utf8(opening + deepest + closing)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void boundsTheLengthOfNumbers() {
    assertThat(Json.parse(utf8("9".repeat(100))).isBigInteger()).isTrue();
    assertThatThrownBy(() -> Json.parse(utf8("9".repeat(101))))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void keepsEveryOtherCharacter() {
    JsonNode read = Json.parse(utf8("[\"\\ud83d\\ude00 é \\n \uD83D\uDE00\"]"));

    assertThat(read.get(0).stringValue()).isEqualTo("\uD83D\uDE00 é \n \uD83D\uDE00");
    assertThat(Json.parse(Json.bytes(read))).isEqualTo(read);
  }

  @Test
  void writesRecordsCompactlyInTheirOwnOrder() {
    assertThat(Json.write(new Pair("z", 2, List.of("é"))))
        .isEqualTo("{\"zone\":\"z\",\"count\":2,\"aliases\":[\"é\"]}");
  }

  @Test
  void readsRecords() {
    assertThat(
            Json.read(utf8("{\"zone\":\"z\",\"count\":2,\"aliases\":[],\"more\":1}"), Pair.class))
        .isEqualTo(new Pair("z", 2, List.of()));
    assertThatThrownBy(() -> Json.read(utf8("{\"count\":[]}"), Pair.class))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("JSON of another form than expected");
  }
}
