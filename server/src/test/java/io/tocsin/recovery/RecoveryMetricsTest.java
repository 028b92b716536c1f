package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import org.junit.jupiter.api.Test;

class RecoveryMetricsTest {
  private final SimpleMeterRegistry counted = new SimpleMeterRegistry();
  private final RecoveryMetrics metrics = new RecoveryMetrics(counted, Clock.system());

  @Test
  void countsClosedGatesByTheirKind() {
    metrics.gateClosed(Gate.STORM);
    metrics.gateClosed(Gate.STORM);

    assertThat(counted.get("tocsin.gates.closed").tag("gate", "storm").counter().count())
        .isEqualTo(2);
    assertThat(counted.get("tocsin.gates.closed").tag("gate", "service-down").counter().count())
        .isZero();
  }
}
