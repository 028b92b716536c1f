package io.tocsin.openstack;

/** Why a call has no usable answer, after all repeats. */
public sealed interface CallFailure {
  /** For people; never empty. */
  String text();

  /**
   * False when it is certain that the call did nothing. A 500, 502 or 504 may come after the deed:
   * a proxy lost the answer, or the service broke on its last step.
   */
  default boolean mayHaveActed() {
    return switch (this) {
      case NotSent _, NoAccess _ -> false;
      case NoAnswer _, Unreadable _ -> true;
      case Rejected rejected ->
          rejected.status() == 500 || rejected.status() == 502 || rejected.status() == 504;
    };
  }

  /** Nothing went out: connection refused, name unknown, TLS failed, or no room under our limit. */
  record NotSent(String text) implements CallFailure {}

  /** It went out, and no whole answer came back in time: it may or may not have acted. */
  record NoAnswer(String text) implements CallFailure {}

  /** A whole answer with a status that is not a success. */
  record Rejected(int status, String text) implements CallFailure {}

  /**
   * A success by its status, in a form that cannot be read: not JSON, too large, fields missing.
   */
  record Unreadable(int status, String text) implements CallFailure {}

  /**
   * We have no standing with the service: nothing was done, and nothing is known of what was asked.
   * Not sent again by itself, since whoever found this out has tried already.
   */
  record NoAccess(Reason reason, String text) implements CallFailure {
    /** What is in the way. */
    public enum Reason {
      /** Keystone cannot be reached, is broken, or is not what its URL promises. */
      KEYSTONE_UNUSABLE,
      /** Keystone refuses our log-on: somebody has to look at the credentials. */
      CREDENTIALS_REFUSED,
      /** The service refuses tokens that Keystone gives us, also a new one. */
      TOKEN_REFUSED,
      /** The catalog does not say where the service is. */
      NO_ENDPOINT
    }
  }
}
