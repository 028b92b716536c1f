package io.tocsin.openstack;

import java.util.Locale;

/** Every call of OpenStack that a server makes, as metrics name it. */
public enum Operation {
  LOG_ON(Service.KEYSTONE),
  VALIDATE_TOKEN(Service.KEYSTONE),
  SHOW_VERSION(Service.NOVA),
  FIND_SERVICE(Service.NOVA),
  LIST_SERVICES(Service.NOVA),
  LIST_AGGREGATES(Service.NOVA),
  ADD_TO_AGGREGATE(Service.NOVA),
  LIST_HYPERVISORS(Service.NOVA),
  UPDATE_SERVICE(Service.NOVA),
  LIST_SERVERS(Service.NOVA),
  LIST_CHANGED_SERVERS(Service.NOVA),
  SHOW_SERVER(Service.NOVA),
  LIST_MIGRATIONS(Service.NOVA),
  LOCK(Service.NOVA),
  UNLOCK(Service.NOVA),
  EVACUATE(Service.NOVA),
  STOP(Service.NOVA),
  START(Service.NOVA),
  RESET_STATE(Service.NOVA),
  /** Nobody has named it. No call of a server's; a test looks. */
  OTHER(Service.OTHER);

  /** Whom a call is for. */
  enum Service {
    KEYSTONE,
    NOVA,
    OTHER;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Service service;

  Operation(Service service) {
    this.service = service;
  }

  Service service() {
    return service;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
