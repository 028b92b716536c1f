package io.tocsin.recovery;

import java.util.Locale;
import java.util.Optional;

/**
 * What must hold before a host's instances are rebuilt elsewhere, in the order in which it is
 * asked. Each stays on record with what it was decided from.
 */
public enum Gate {
  /** The report says that the host is fenced: {@code host_status} is {@code NORMAL}. */
  FENCED,
  /** The cloud has no heartbeat of the host's service that is newer than the report. */
  ALIVE,
  /** The cloud sees enough of the other compute services up: not it, or we, are cut off. */
  ISOLATION,
  /** Not more hosts of the segment, or of the region, fail at once than the storm brake allows. */
  STORM,
  /** The host's service is forced down, or disabled, and the cloud sees it down. */
  SERVICE_DOWN;

  /** As it is stored and shown: {@code service-down}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Empty when no gate is called so. */
  public static Optional<Gate> parse(String text) {
    for (Gate gate : values()) {
      if (gate.text().equals(text)) {
        return Optional.of(gate);
      }
    }
    return Optional.empty();
  }

  /** The cloud itself refuses to evacuate from a host whose service it sees up. */
  public boolean isOverridable() {
    return this != SERVICE_DOWN;
  }
}
