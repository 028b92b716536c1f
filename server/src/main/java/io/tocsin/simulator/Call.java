package io.tocsin.simulator;

import java.util.Locale;
import java.util.Optional;

/** The kinds of calls, as counters and faults tell them apart. */
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
  LIST_MIGRATIONS,
  LOG_ON(Service.KEYSTONE),
  VALIDATE_TOKEN(Service.KEYSTONE),
  REVOKE_TOKEN(Service.KEYSTONE),
  SHOW_IDENTITY(Service.KEYSTONE);

  /** Who answers a call. */
  enum Service {
    NOVA,
    KEYSTONE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Service> parse(String text) {
      for (Service service : values()) {
        if (service.text().equals(text)) {
          return Optional.of(service);
        }
      }
      return Optional.empty();
    }
  }

  private final Service service;

  Call() {
    this(Service.NOVA);
  }

  Call(Service service) {
    this.service = service;
  }

  Service service() {
    return service;
  }

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
