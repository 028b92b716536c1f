package io.tocsin.recovery;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What has to hold before a recovery of a host may act; while it does not, the recovery waits. */
public enum Gate {
  /** The report says that the host is fenced. */
  FENCED,

  /** The cloud has had no heartbeat from the host that is newer than the report. */
  ALIVE,

  /** The cloud sees most other compute services up: it is not we, or the cloud, who are cut off. */
  ISOLATION,

  /** Not too many hosts fail at once. */
  STORM,

  /** The service is forced down and seen down. No operator can open this one. */
  SERVICE_DOWN;

  /** The database's and the wire's spelling: {@code service-down}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The gate spelled so; empty for any other text. */
  public static Optional<Gate> of(String wire) {
    return Arrays.stream(values()).filter(gate -> gate.wire().equals(wire)).findFirst();
  }

  /** Whether an operator may open it: an instance that runs twice is not theirs to risk. */
  public boolean canBeOverridden() {
    return this != SERVICE_DOWN;
  }
}
