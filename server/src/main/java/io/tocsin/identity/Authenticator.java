package io.tocsin.identity;

import org.jspecify.annotations.Nullable;

/** Finds out who is calling. Safe for use by many threads. */
public interface Authenticator {
  /** Asks nobody: everybody is an administrator of no project. */
  Authenticator NOBODY_IS_ASKED = _ -> new Identification.Known(Caller.UNASKED);

  /** Who makes that request. Ends within a time of its own, whatever Keystone does. */
  Identification identify(Presented presented);

  /**
   * What a request shows about its sender; prints no token.
   *
   * @param token {@code X-Auth-Token}
   * @param serviceToken {@code X-Service-Token}, of a service that passes a user's request on
   * @param method of the request, which the rules of an application credential may restrict
   * @param path of the request, still encoded, likewise
   */
  record Presented(
      @Nullable String token, @Nullable String serviceToken, String method, String path) {
    @Override
    public String toString() {
      return "Presented[" + method + " " + path + "]";
    }
  }
}
