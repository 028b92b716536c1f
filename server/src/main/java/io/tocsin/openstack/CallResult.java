package io.tocsin.openstack;

import java.util.Locale;

/** How one call of the cloud ended, for counting. A call that is sent again counts again. */
enum CallResult {
  /** 2xx. */
  OK,
  /** 3xx and 4xx, but for those below: an answer, and it is no. */
  REFUSED,
  /** 401: it does not take our token. */
  UNAUTHORIZED,
  /** 429 and 503: it has too much to do. */
  OVERLOADED,
  /** The other 5xx. */
  BROKEN,
  /** No connection; nothing went out. */
  NOT_SENT,
  /** No whole answer in time, or the connection broke. */
  NO_ANSWER,
  /** An answer that is too large. */
  UNREADABLE;

  static CallResult of(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 429, 503 -> OVERLOADED;
      default -> status >= 500 ? BROKEN : status >= 300 ? REFUSED : OK;
    };
  }

  static CallResult of(CallFailure failure) {
    return switch (failure) {
      case CallFailure.NotSent _ -> NOT_SENT;
      case CallFailure.NoAnswer _ -> NO_ANSWER;
      case CallFailure.Rejected rejected -> of(rejected.status());
      case CallFailure.Unreadable _ -> UNREADABLE;
      case CallFailure.NoAccess _ -> UNAUTHORIZED;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
