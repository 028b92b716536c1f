package io.tocsin.openstack;

import io.tocsin.clock.Deadline;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a service is, and the token its calls carry. Asked anew for each try of a call. */
public sealed interface Access permits Access.Open, TokenAccess {
  /**
   * Where the next try goes, and with what. May log on first, and wait for that.
   *
   * @throws CallFailedException {@link CallFailure.NoAccess} when there is no token or no endpoint
   */
  Grant grant(Deadline by);

  /** The service answered 401 to that grant. */
  void refused(Grant grant);

  /**
   * What one try goes with.
   *
   * @param endpoint without a slash at its end
   * @param token null where the service asks for none
   */
  record Grant(String endpoint, @Nullable String token) {
    @Override
    public String toString() {
      return endpoint;
    }
  }

  /** A service at a fixed place that asks for no token. */
  static Access open(URI endpoint) {
    return new Open(new Grant(withoutSlash(endpoint.toString()), null));
  }

  /** Made by {@link #open}. */
  record Open(Grant grant) implements Access {
    @Override
    public Grant grant(Deadline by) {
      return grant;
    }

    @Override
    public void refused(Grant refused) {
      // There is no other.
    }
  }

  static String withoutSlash(String url) {
    return url.replaceFirst("/+$", "");
  }
}
