package io.tocsin.identity;

import java.net.URI;
import java.time.Duration;

/**
 * How callers' tokens are judged.
 *
 * @param cacheTime how long a judgement of Keystone's holds; so a token that was revoked may work
 *     for as long; zero asks about each request
 * @param cacheSize tokens remembered at most
 * @param staleTime how long after {@code cacheTime} a judgement is used on while Keystone cannot be
 *     asked; zero never
 * @param identityUrl where clients get tokens; they are told with each 401
 */
public record AuthSettings(Duration cacheTime, int cacheSize, Duration staleTime, URI identityUrl) {
  public AuthSettings {
    if (cacheTime.isNegative() || staleTime.isNegative() || cacheSize < 1) {
      throw new IllegalArgumentException(
          "cacheTime and staleTime must not be negative, cacheSize must be at least 1");
    }
  }
}
