package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses between attempts that failed. */
class BackOffTest {
  @ParameterizedTest
  @CsvSource({
    "PT30S, 1, PT30S",
    "PT30S, 2, PT1M",
    "PT30S, 5, PT8M",
    "PT30S, 6, PT10M",
    "PT30S, 2000, PT10M",
    "PT0S, 20, PT0S",
    "PT10M, 1, PT10M",
    "PT1H, 1, PT1H",
    "PT1H, 20, PT1H"
  })
  void doubleUpToALimit(Duration first, int attempt, Duration pause) {
    assertThat(Attempt.retry(first, attempt)).isEqualTo(pause);
  }
}
