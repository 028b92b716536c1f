package io.tocsin.app;

import io.tocsin.clock.Clock;
import io.tocsin.openstack.Access;
import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.Credentials.Domain;
import io.tocsin.openstack.Credentials.Subject;
import io.tocsin.openstack.EndpointQuery;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.openstack.Trust;
import io.tocsin.openstack.TrustException;
import io.tocsin.store.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How to get at the source of an import, from the variables that all OpenStack clients know: with
 * {@code OS_TOKEN} as it is, with {@code OS_AUTH_URL} by logging on to Keystone, else without a
 * token.
 *
 * @param url the source's; null takes the catalog's
 * @param os by name, {@code OS_…}; an empty text is as good as none
 */
public record SourceAccess(@Nullable URI url, Map<String, String> os) {
  /** The official name first; {@code ha} is its alias. */
  private static final List<String> SERVICE_TYPES = List.of("instance-ha", "ha");

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  public SourceAccess {
    os = Map.copyOf(os);
    if (url != null && (url.getHost() == null || !url.toString().matches("(?i)https?://[^@?#]*"))) {
      throw new StartRefusedException("--from: expected an http or https URL without a user");
    }
  }

  @Nullable Secret token() {
    return isKeystones() ? null : secret("OS_TOKEN");
  }

  Trust trust() {
    try {
      return Trust.in(caFile());
    } catch (TrustException e) {
      throw new StartRefusedException("OS_CACERT: " + e.getMessage(), e);
    }
  }

  /** A session that begins with the first call; null where Keystone is not asked. */
  @Nullable Keystone keystone(RandomGenerator random, Clock clock) {
    if (!isKeystones()) {
      return null;
    }
    try {
      return new Keystone(
          new KeystoneSettings(
              URI.create(text("OS_AUTH_URL")), credentials(), caFile(), CALL_TIMEOUT),
          random,
          clock);
    } catch (TrustException e) {
      throw new StartRefusedException("OS_CACERT: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException("OS_AUTH_URL: " + e.getMessage(), e);
    }
  }

  /** Where its calls go. */
  Access access(@Nullable Keystone keystone) {
    URI source = url;
    if (keystone == null) {
      if (source == null) {
        throw new StartRefusedException("where from? --from URL, or OS_AUTH_URL and its like");
      }
      return Access.open(URI.create(endpoint(source.toString())));
    }
    return source == null
        ? keystone.at(query(), SourceAccess::endpoint)
        : keystone.at(URI.create(endpoint(source.toString())));
  }

  private EndpointQuery query() {
    String side = text("OS_INTERFACE").isEmpty() ? text("OS_ENDPOINT_TYPE") : text("OS_INTERFACE");
    String region = text("OS_REGION_NAME");
    try {
      return new EndpointQuery(
          SERVICE_TYPES,
          EndpointQuery.Interface.parse(side.isEmpty() ? "public" : side),
          region.isEmpty() ? null : region);
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException("OS_INTERFACE: " + e.getMessage(), e);
    }
  }

  /** The URL below which segments are: an operator, or a catalog, may give the bare root. */
  static String endpoint(String url) {
    String text = Access.withoutSlash(url);
    return text.matches(".*/v1(/[^/]+)?") ? text : text + "/v1";
  }

  private boolean isKeystones() {
    String type = text("OS_AUTH_TYPE");
    boolean isWithout =
        type.equals("none") || type.endsWith("token") || !text("OS_TOKEN").isEmpty();
    return !isWithout && !text("OS_AUTH_URL").isEmpty();
  }

  private Credentials credentials() {
    Secret credential = secret("OS_APPLICATION_CREDENTIAL_SECRET");
    if (credential != null) {
      return new Credentials.ApplicationCredential(
          require("OS_APPLICATION_CREDENTIAL_ID"), credential);
    }
    Secret password = secret("OS_PASSWORD");
    if (password == null) {
      throw new StartRefusedException(
          "OS_AUTH_URL needs OS_PASSWORD, or OS_APPLICATION_CREDENTIAL_SECRET, or use OS_TOKEN");
    }
    return new Credentials.Password(
        subject("OS_USERNAME", "OS_USER_ID", "OS_USER_DOMAIN"),
        password,
        subject("OS_PROJECT_NAME", "OS_PROJECT_ID", "OS_PROJECT_DOMAIN"));
  }

  private Subject subject(String name, String id, String domain) {
    if (!text(id).isEmpty()) {
      return new Subject.ById(text(id));
    }
    String domainId = text(domain + "_ID");
    String domainName = text(domain + "_NAME");
    return new Subject.ByName(
        require(name),
        domainId.isEmpty()
            ? new Domain.ByName(domainName.isEmpty() ? "Default" : domainName)
            : new Domain.ById(domainId));
  }

  private @Nullable Path caFile() {
    String file = text("OS_CACERT");
    return file.isEmpty() ? null : Path.of(file);
  }

  private String require(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      throw new StartRefusedException("OS_AUTH_URL needs " + name);
    }
    return text;
  }

  private @Nullable Secret secret(String name) {
    String text = text(name);
    return text.isEmpty() ? null : new Secret(text);
  }

  private String text(String name) {
    return os.getOrDefault(name, "");
  }

  /** Secrets are among the variables. */
  @Override
  public String toString() {
    return "SourceAccess[" + url + "]";
  }
}
