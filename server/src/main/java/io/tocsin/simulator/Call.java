package io.tocsin.simulator;

import java.util.Locale;
import java.util.Optional;

/** The kinds of Nova calls, as counters and faults tell them apart. */
enum Call {
  LIST_SERVICES,
  UPDATE_SERVICE,
  LIST_SERVERS,
  SHOW_SERVER,
  DELETE_SERVER,
  LOCK,
  UNLOCK,
  EVACUATE,
  STOP,
  START,
  RESET_STATE,
  LIST_AGGREGATES,
  ADD_HOST_TO_AGGREGATE,
  LIST_HYPERVISORS,
  LIST_MIGRATIONS;

  /** Its name in control calls: {@code list-services}. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Call> parse(String text) {
    for (Call call : values()) {
      if (call.text().equals(text)) {
        return Optional.of(call);
      }
    }
    return Optional.empty();
  }
}
