package io.tocsin.openstack;

import io.tocsin.clock.Deadline;
import java.util.function.Function;

/** Calls with our token, to a place that may depend on the session. */
final class TokenAccess implements Access {
  private final Sessions sessions;
  private final Function<Deadline, Grant> grants;

  TokenAccess(Sessions sessions, Function<Deadline, Grant> grants) {
    this.sessions = sessions;
    this.grants = grants;
  }

  @Override
  public Grant grant(Deadline by) {
    return grants.apply(by);
  }

  @Override
  public void refused(Grant grant) {
    if (grant.token() != null) {
      sessions.refused(grant.token());
    }
  }
}
