package io.tocsin.compute;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How we speak to the cloud.
 *
 * @param endpoint the compute API including its version: {@code http://host:8774/v2.1}, {@code
 *     https://host/compute/v2.1}; null: where Keystone's catalog has it
 * @param callTimeout for one try of one call, from connecting to the last byte; 100 ms to 5 min,
 *     default 10 s
 * @param overallTimeout for one call with its repeats, pauses and its wait for a free place; not
 *     below {@code callTimeout}, up to 1 h, default 60 s
 * @param tries how often one call is sent at most; 1 to 20, default 6, which with the pauses
 *     between them outlasts a restart of the API of about 8 s
 * @param maxCallsInFlight the ceiling of the adaptive limit; 1 to 10,000, default 100
 * @param pageSize servers asked for at once; 1 to 10,000, default 1000, which is Nova's own maximum
 *     unless it is configured otherwise
 * @param maxPages a list that is longer is an error; 1 to 100,000, default 1000
 * @param maxBodyBytes of one answer; 1 KiB to 1 GiB, default 64 MiB, room for a thousand servers
 *     with all their metadata
 */
public record CloudSettings(
    @Nullable URI endpoint,
    Duration callTimeout,
    Duration overallTimeout,
    int tries,
    int maxCallsInFlight,
    int pageSize,
    int maxPages,
    int maxBodyBytes) {
  public CloudSettings {
    if (endpoint != null
        && (endpoint.getHost() == null || !("" + endpoint.getScheme()).matches("https?"))) {
      throw new IllegalArgumentException("endpoint must be an http or https URL, is " + endpoint);
    }
    within("callTimeout", callTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
    within("overallTimeout", overallTimeout, callTimeout, Duration.ofHours(1));
    within("tries", tries, 1, 20);
    within("maxCallsInFlight", maxCallsInFlight, 1, 10_000);
    within("pageSize", pageSize, 1, 10_000);
    within("maxPages", maxPages, 1, 100_000);
    within("maxBodyBytes", maxBodyBytes, 1 << 10, 1 << 30);
  }

  /** That endpoint, and every default. */
  public static CloudSettings defaults(URI endpoint) {
    return new CloudSettings(
        endpoint, Duration.ofSeconds(10), Duration.ofSeconds(60), 6, 100, 1000, 1000, 64 << 20);
  }

  /** These settings with another ceiling of calls in flight. */
  public CloudSettings withMaxCallsInFlight(int ceiling) {
    return new CloudSettings(
        endpoint, callTimeout, overallTimeout, tries, ceiling, pageSize, maxPages, maxBodyBytes);
  }

  private static <T extends Comparable<T>> void within(String name, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", is " + value);
    }
  }
}
