package io.tocsin.openstack;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint of the catalog is wanted.
 *
 * @param serviceTypes the official type first, then its aliases; the first that the catalog offers
 *     counts
 * @param region null where the catalog has the service in one region only
 */
public record EndpointQuery(List<String> serviceTypes, Interface side, @Nullable String region) {
  /** Whom an endpoint is meant for. */
  public enum Interface {
    PUBLIC,
    INTERNAL,
    ADMIN;

    /**
     * Reads {@code public} and, as in Keystone v2 and in many configurations, {@code publicURL}.
     *
     * @throws IllegalArgumentException for any other word
     */
    public static Interface parse(String text) {
      String word = text.endsWith("URL") ? text.substring(0, text.length() - 3) : text;
      return Arrays.stream(values())
          .filter(side -> side.word().equals(word))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("expected one of: public, internal, admin"));
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public EndpointQuery {
    serviceTypes = List.copyOf(serviceTypes);
    if (serviceTypes.isEmpty()) {
      throw new IllegalArgumentException("at least one service type must be named");
    }
  }

  @Override
  public String toString() {
    return String.join(" or ", serviceTypes)
        + ", interface "
        + side.word()
        + ", "
        + (region == null ? "any region" : "region " + region);
  }
}
