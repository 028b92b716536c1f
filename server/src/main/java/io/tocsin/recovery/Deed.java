package io.tocsin.recovery;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Something that an operator does, to be written down.
 *
 * @param details beyond what the target itself says
 */
record Deed(Operator by, Kind kind, String why, Target about, Map<String, String> details) {
  /** What operators do. */
  enum Kind {
    PAUSE,
    RESUME,
    CANCEL,
    RETRY,
    APPROVE,
    RETURN_HOST,
    CHANGE_RULES,
    PURGE;

    /** The database's and the wire's spelling: {@code return-host}. */
    String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Map<String, String> allDetails() {
    Map<String, String> all = new LinkedHashMap<>(about.details());
    all.putAll(details);
    return all;
  }
}
