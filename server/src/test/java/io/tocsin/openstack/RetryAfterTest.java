package io.tocsin.openstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-02-03T11:40:00Z");

  @Test
  void readsSeconds() {
    assertThat(RetryAfter.parse(" 120 ", NOW)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void readsADate() {
    assertThat(RetryAfter.parse("Tue, 3 Feb 2026 11:41:00 GMT", NOW))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void takesAPassedDateAsNow() {
    assertThat(RetryAfter.parse("Tue, 3 Feb 2026 11:39:00 GMT", NOW)).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999", "2026-02-03T11:41:00Z"})
  void overlooksWhatIsNeither(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isNull();
  }
}
