package io.tocsin.operator;

import io.tocsin.http.Request;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Bearer;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Grant;
import io.tocsin.identity.Membership;
import io.tocsin.identity.Principal;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import java.util.List;

/**
 * Who is calling. Nobody but the members of the operators' account learns anything here, not even
 * which paths there are.
 */
final class Access {
  private final Bearers bearers;

  Access(Bearers bearers) {
    this.bearers = bearers;
  }

  Caller enter(Request request) {
    Principal principal = identify(request);
    Role role =
        bearers
            .membership(principal, AccountId.OPERATORS)
            .filter(_ -> !isForPublishing(principal))
            .filter(Access::seesEverything)
            .map(Membership::role)
            .orElseThrow(() ->
                Problem.NOT_PERMITTED.because(
                    "This is for the members of the operators' account."));
    return new Caller(principal, role);
  }

  private Principal identify(Request request) {
    List<String> fields = request.headers().all("Authorization");
    // Two fields of one name are one with a comma, and no token has a comma.
    String authorization = fields.isEmpty() ? null : String.join(",", fields);
    return switch (bearers.identify(authorization, request.method(), request.rawPath())) {
      case Bearer.Known(Principal principal) -> principal;
      case Bearer.Missing _ ->
          throw Problem.MISSING_TOKEN.because("Show a bearer token of the operators' account.");
      case Bearer.Invalid _ ->
          throw Problem.INVALID_TOKEN.because("The token is unknown, expired or revoked.");
      case Bearer.Disabled _ -> throw Problem.NOT_PERMITTED.because("The user is not enabled.");
      case Bearer.Unavailable _ ->
          throw Problem.NOT_READY.because("Keystone cannot be asked now; try again.");
    };
  }

  private static boolean isForPublishing(Principal principal) {
    return switch (principal.grant()) {
      case Grant.OfToken token -> token.isForPublishing();
      case Grant.OfKeystone _ -> false;
    };
  }

  /** Hosts and segments belong to no namespace that a role could be narrowed to. */
  private static boolean seesEverything(Membership membership) {
    return membership.scope() instanceof ResourceScope.Everything;
  }
}
