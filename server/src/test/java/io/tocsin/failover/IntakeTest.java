package io.tocsin.failover;

import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeTest {
  private final Fixture fixture = new Fixture();
  private Segment segment;

  @BeforeAll
  void createSegment() {
    segment = fixture.segment("rack");
  }

  @AfterAll
  void close() {
    fixture.close();
  }

  @Test
  void returnsWhatLaterReadsShow() {
    Host host = fixture.host(segment, "shown");

    FailureNotification accepted = fixture.intake.accept(down("shown", NOON));

    assertThat(accepted).isEqualTo(fixture.notifications.require(accepted.id().toString()));
    assertThat(accepted.sourceHost()).isEqualTo(host.id());
    assertThat(accepted.segment()).isEqualTo(segment.id());
    assertThat(accepted.status()).isEqualTo(FailureStatus.NEW);
    assertThat(accepted.generatedTime()).isEqualTo(NOON);
    assertThat(accepted.createdAt())
        .isEqualTo(accepted.createdAt().truncatedTo(ChronoUnit.SECONDS));
  }
}
