package io.tocsin.compute;

import io.tocsin.openstack.ApiCall.Repeat;
import io.tocsin.openstack.CallFailure;

/** What a failed call of Nova means for whoever wanted something of the cloud. */
final class NovaFailures {
  private NovaFailures() {}

  static CloudFailure of(CallFailure failure, Repeat repeat) {
    boolean mayHaveActed = repeat == Repeat.ONLY_IF_IT_DID_NOT_ACT && failure.mayHaveActed();
    return switch (failure) {
      case CallFailure.NotSent(String text) -> new CloudFailure.Unreachable(text);
      case CallFailure.NoAccess(_, String text) -> new CloudFailure.Unreachable(text);
      case CallFailure.NoAnswer(String text) -> new CloudFailure.Unanswered(text);
      case CallFailure.Unreadable(int status, String text) ->
          mayHaveActed
              ? new CloudFailure.Unanswered(text)
              : new CloudFailure.Unavailable(status, text);
      case CallFailure.Rejected(int status, String text) -> {
        if (mayHaveActed) {
          yield new CloudFailure.Unanswered("HTTP " + status + ": " + text);
        }
        yield switch (status) {
          // It says nothing about the server that was asked for.
          case 401 ->
              new CloudFailure.Unreachable(
                  "Nova asks for a token and keystone.url is not set; HTTP 401: " + text);
          case 404 -> new CloudFailure.NotFound(text);
          case 409 -> new CloudFailure.Conflict(text);
          case 429 -> new CloudFailure.Unavailable(status, text);
          default ->
              status >= 500
                  ? new CloudFailure.Unavailable(status, text)
                  : new CloudFailure.Refused(status, text);
        };
      }
    };
  }
}
