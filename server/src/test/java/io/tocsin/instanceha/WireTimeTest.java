package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {
  private static final Instant SOME = Instant.parse("2026-02-03T11:40:03.512907Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-02-03T11:40:03.512907          | 2026-02-03T11:40:03.512907Z
          2026-02-03T11:40:03.512907Z         | 2026-02-03T11:40:03.512907Z
          2026-02-03 11:40:03,5               | 2026-02-03T11:40:03.500Z
          2026-02-03T11:40:03.1234569         | 2026-02-03T11:40:03.123456Z
          2026-02-03T20:40:03+09:00           | 2026-02-03T11:40:03Z
          2026-02-03T20:40:03+0900            | 2026-02-03T11:40:03Z
          2026-02-03T08:40-03                 | 2026-02-03T11:40:00Z
          2026-02-03T23:59:00-23:59           | 2026-02-04T23:58:00Z
          20260203T114003Z                    | 2026-02-03T11:40:03Z
          20260203T11                         | 2026-02-03T11:00:00Z
          20260203                            | 2026-02-03T00:00:00Z
          2026-2-3                            | 2026-02-03T00:00:00Z
          2026-02                             | 2026-02-01T00:00:00Z
          2026                                | 2026-01-01T00:00:00Z
          2024-02-29T00:00:00                 | 2024-02-29T00:00:00Z
          0001-01-01T00:00:00                 | 0001-01-01T00:00:00Z
          9999-12-31T23:59:59.999999          | 9999-12-31T23:59:59.999999Z
          """)
  void readsEveryFormThatCallersSend(String text, Instant time) {
    assertThat(WireTime.parse(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "11:40:03",
        "202602",
        "2026-02T11:40:03",
        "2026-02-03T",
        "2026-02-03T11:40:03.",
        "2026-02-03T11:40:03z",
        "2026-02-03t11:40:03",
        "2026-02-03T11:40:03 09:00",
        "2026-02-03T11:40:03+24:00",
        "2026-02-03T11:40:03+23:99",
        "2026-02-03T24:00:00",
        "2026-02-03T11:60:00",
        "2026-02-03T11:40:60",
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "0000-01-01",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "12026-02-03",
        "2026-02-03T11:40:03\n",
        "٢٠٢٦-02-03"
      })
  void refusesWhatIsNoTime(String text) {
    assertThat(WireTime.parse(text)).isEmpty();
  }

  @Test
  void writesSixDigitsAndNoZone() {
    assertThat(WireTime.format(SOME)).isEqualTo("2026-02-03T11:40:03.512907");
    assertThat(WireTime.format(Instant.parse("0987-02-03T00:00:00Z")))
        .isEqualTo("0987-02-03T00:00:00.000000");
    assertThat(WireTime.format(Instant.parse("1969-12-31T23:59:59.000001Z")))
        .isEqualTo("1969-12-31T23:59:59.000001");
  }

  @Test
  void writesProgressWithABlankAndWithoutAZeroFraction() {
    assertThat(WireTime.formatProgress(SOME)).isEqualTo("2026-02-03 11:40:03.512907");
    assertThat(WireTime.formatProgress(Instant.parse("2026-02-03T11:40:03Z")))
        .isEqualTo("2026-02-03 11:40:03");
  }

  @Test
  void readsWhatItWrites() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      Instant time =
          Instant.ofEpochSecond(
              random.nextLong(-62_135_596_800L, 253_402_300_800L),
              1000L * random.nextInt(1_000_000));
      assertThat(WireTime.parse(WireTime.format(time))).as("seed %d", seed).contains(time);
      assertThat(WireTime.parse(WireTime.formatProgress(time))).as("seed %d", seed).contains(time);
    }
  }
}
