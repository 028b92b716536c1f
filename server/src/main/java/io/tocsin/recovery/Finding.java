package io.tocsin.recovery;

import java.util.Locale;
import java.util.Map;

/**
 * What a gate found.
 *
 * @param inputs what it was decided from; JSON's scalars only
 */
record Finding(Gate gate, Verdict verdict, String reason, Map<String, Object> inputs) {
  /** Whether the gate lets pass. */
  enum Verdict {
    OPEN,
    CLOSED,
    /** It would be closed, and an operator opened it for this recovery. */
    OVERRIDDEN,
    /** The segment's rules do not ask. */
    OFF;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean isClosed() {
    return verdict == Verdict.CLOSED;
  }
}
