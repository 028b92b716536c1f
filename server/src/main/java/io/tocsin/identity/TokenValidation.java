package io.tocsin.identity;

import io.tocsin.openstack.Answer;
import io.tocsin.openstack.ApiCall;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import io.tocsin.openstack.CallInterruptedException;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.Operation;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Keystone about one token, as OpenStack's own middleware does: with our token, and theirs
 * beside it. Tells operators when asking begins to fail, and when it works again.
 */
final class TokenValidation {
  private static final Logger log = LoggerFactory.getLogger(TokenValidation.class);

  /** The catalog is not needed. */
  private static final String PATH = "/auth/tokens?nocatalog";

  private static final String PATH_WITH_EXPIRED = PATH + "&allow_expired=1";

  private final Keystone keystone;
  private final AtomicReference<State> state = new AtomicReference<>(State.WELL);

  /** How asking goes. */
  private enum State {
    WELL,
    AWAY,
    REFUSED
  }

  TokenValidation(Keystone keystone) {
    this.keystone = keystone;
  }

  Judgement judge(String token, boolean mayBeExpired) {
    ApiCall call =
        ApiCall.read(
            mayBeExpired ? PATH_WITH_EXPIRED : PATH,
            Map.of(
                "X-Subject-Token",
                token,
                // Without it Keystone hides tokens whose access rules we would have to mind.
                "OpenStack-Identity-Access-Rules",
                "1"));
    try {
      Judgement judgement = read(keystone.call(call.as(Operation.VALIDATE_TOKEN)));
      now(State.WELL, "");
      return judgement;
    } catch (CallFailedException e) {
      return failed(e.failure());
    } catch (CallInterruptedException _) {
      return new Judgement.Open();
    } catch (IllegalArgumentException e) {
      now(State.AWAY, "an answer that cannot be read: " + e.getMessage());
      return new Judgement.Open();
    }
  }

  private static Judgement read(Answer answer) {
    return KeystoneToken.parse(answer.tree())
        .<Judgement>map(Judgement.Good::new)
        .orElseGet(Judgement.Bad::new);
  }

  /** Keystone's own text is not passed on: it has been known to repeat the token. */
  private Judgement failed(CallFailure failure) {
    switch (failure) {
      case CallFailure.Rejected(int status, String _) when status == 404 -> {
        now(State.WELL, "");
        return new Judgement.Bad();
      }
      case CallFailure.Rejected(int status, String _) when status == 403 ->
          now(
              State.REFUSED,
              "our user may not validate tokens; it needs the role service or admin");
      case CallFailure.Rejected(int status, String _) -> now(State.AWAY, "status " + status);
      case CallFailure.Unreadable(int status, String _) ->
          now(State.AWAY, "status " + status + " with an answer that cannot be read");
      case CallFailure.NotSent(String text) -> now(State.AWAY, text);
      case CallFailure.NoAnswer(String text) -> now(State.AWAY, text);
      case CallFailure.NoAccess(CallFailure.NoAccess.Reason reason, String text) ->
          now(
              switch (reason) {
                case KEYSTONE_UNUSABLE, NO_ENDPOINT -> State.AWAY;
                case CREDENTIALS_REFUSED, TOKEN_REFUSED -> State.REFUSED;
              },
              text);
    }
    return new Judgement.Open();
  }

  /** One line at each change, not at each request. */
  private void now(State latest, String reason) {
    if (state.getAndSet(latest) == latest) {
      return;
    }
    switch (latest) {
      case WELL -> log.atInfo().log("Keystone judges tokens again");
      case AWAY ->
          log.atWarn()
              .addKeyValue("reason", reason)
              .log("Keystone cannot be asked about tokens; only those seen lately are accepted");
      case REFUSED ->
          log.atError()
              .addKeyValue("reason", reason)
              .log(
                  "Keystone refuses us; nobody new can be let in until our credentials are mended");
    }
  }
}
