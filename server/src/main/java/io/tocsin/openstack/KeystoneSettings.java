package io.tocsin.openstack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How we speak to Keystone.
 *
 * @param url with or without {@code /v3} at its end; other versions are refused
 * @param caFile authorities that Keystone's certificate may come from; null for the usual ones
 * @param callTimeout for one try of one call, from connecting to the last byte; a call with its
 *     repeats takes at most {@value #TRIES} times as long
 */
public record KeystoneSettings(
    URI url, Credentials credentials, @Nullable Path caFile, Duration callTimeout) {
  static final int TRIES = 3;

  /** A token with the catalog of many regions has some hundred kilobytes. */
  private static final int MAX_BODY_BYTES = 8 << 20;

  public KeystoneSettings {
    if (url.getHost() == null || !("" + url.getScheme()).matches("https?")) {
      throw new IllegalArgumentException("must be an http or https URL, is " + url);
    }
    if (Access.withoutSlash(url.toString()).endsWith("/v2.0")) {
      throw new IllegalArgumentException("Keystone's v2.0 is not spoken, only v3");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("must not have a query or a fragment");
    }
    if (!callTimeout.isPositive()) {
      throw new IllegalArgumentException("callTimeout must be positive, is " + callTimeout);
    }
  }

  /** The root of Keystone's v3 API, {@code …/v3}. */
  public URI root() {
    String base = Access.withoutSlash(url.toString());
    return URI.create(base.endsWith("/v3") ? base : base + "/v3");
  }

  CallSettings calls() {
    return new CallSettings(callTimeout, callTimeout.multipliedBy(TRIES), TRIES, MAX_BODY_BYTES);
  }
}
