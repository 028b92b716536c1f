package io.tocsin.compute;

import io.tocsin.openstack.Access;
import io.tocsin.openstack.EndpointQuery;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.Trust;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What leads to Nova besides an address.
 *
 * @param catalog which endpoint of Keystone's catalog is Nova, where no endpoint is given
 * @param trust whose certificates it may show
 */
public record CloudLocation(EndpointQuery catalog, Trust trust) {
  private static final Pattern VERSION =
      Pattern.compile("([^/]*//[^/]*.*?)/v2(?:\\.\\d+)?(?:/.*)?");

  /** The public endpoint of the only region, certified by the usual authorities. */
  public static CloudLocation usual() {
    return new CloudLocation(
        new EndpointQuery(List.of("compute"), EndpointQuery.Interface.PUBLIC, null), Trust.usual());
  }

  Access access(@Nullable URI endpoint, @Nullable Keystone keystone) {
    if (keystone != null) {
      return endpoint == null
          ? keystone.at(catalog, CloudLocation::versioned)
          : keystone.at(endpoint);
    }
    if (endpoint == null) {
      throw new IllegalArgumentException("without Keystone the endpoint must be given");
    }
    return Access.open(endpoint);
  }

  /**
   * Nova's endpoint with its version, as paths need it, from what a catalog may hold: without a
   * version, with another 2.x, with a project's id behind it. Nova takes paths without a project id
   * since 2.18, and we speak 2.53.
   */
  static String versioned(String listed) {
    Matcher version = VERSION.matcher(listed);
    String base = version.matches() ? version.group(1) : listed;
    return base.replaceFirst("/+$", "") + "/v2.1";
  }
}
