package io.tocsin.operator;

import io.tocsin.http.ErrorPages;
import io.tocsin.http.Json;
import io.tocsin.http.ProblemJson;
import io.tocsin.http.Request;
import io.tocsin.http.RequestIds;
import io.tocsin.http.Response;
import io.tocsin.http.ServerError;
import io.tocsin.recovery.OperationRefusal;
import io.tocsin.recovery.OperationRefusedException;
import io.tocsin.store.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The one place where refusals and failures get this API's words. */
final class Problems implements ErrorPages {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final String NO_TYPE = "about:blank";

  /** What to tell the caller; empty for what nobody expects, which the listener logs. */
  static Optional<ProblemException> of(RuntimeException failure) {
    return switch (failure) {
      case ProblemException own -> Optional.of(own);
      case OperationRefusedException refused -> Optional.of(of(refused.refusal()));
      case StoreUnavailableException _ ->
          Optional.of(Problem.NOT_READY.because("The database cannot be asked now; try again."));
      default -> Optional.empty();
    };
  }

  private static ProblemException of(OperationRefusal refusal) {
    return switch (refusal) {
      case OperationRefusal.NotFound(String outside) -> Problem.NOT_FOUND.because(outside);
      case OperationRefusal.Conflict(String outside) -> Problem.CONFLICT.because(outside);
      case OperationRefusal.Invalid(String name, String outside) ->
          Problem.INVALID_BODY.because(
              "The request cannot be done as it is.", List.of(new Reason(name, outside)));
      case OperationRefusal.Unknown(String name, String outside) -> Call.invalid(name, outside);
      case OperationRefusal.CloudRefused(String outside) -> Problem.CLOUD_REFUSES.because(outside);
      case OperationRefusal.CloudAway(String outside) -> Problem.CLOUD_AWAY.because(outside);
    };
  }

  /** The problem document as an answer to that request. */
  static Response response(ProblemException failure, String requestId) {
    Problem problem = failure.problem();
    log.atInfo()
        .addKeyValue("problem", problem.type())
        .addKeyValue("status", problem.status())
        .log("request refused");
    ObjectNode document =
        document(problem.type(), problem.title(), problem.status(), failure.detail(), requestId);
    if (!failure.reasons().isEmpty()) {
      ArrayNode all = document.putArray("invalid");
      failure
          .reasons()
          .forEach(it -> all.addObject().put("name", it.name()).put("reason", it.reason()));
    }
    return ProblemJson.response(problem.status(), document);
  }

  @Override
  public Response page(ServerError error, @Nullable Request request) {
    return switch (error.status()) {
      case 413 -> response(Problem.BODY_TOO_LARGE.because(error.reason() + "."), error.requestId());
      case 500 ->
          response(
              Problem.INTERNAL_ERROR.because(
                  "The server's log has it under %s.".formatted(error.errorId())),
              error.requestId());
      case 503 -> response(Problem.NOT_READY.because(error.reason() + "."), error.requestId());
      default ->
          ProblemJson.response(
              error.status(),
              document(
                  NO_TYPE,
                  error.reason(),
                  error.status(),
                  error.reason() + ".",
                  error.requestId()));
    };
  }

  private static ObjectNode document(
      String type, String title, int status, String detail, String requestId) {
    return Json.object()
        .put("type", type)
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .put("instance", "urn:uuid:" + RequestIds.uuidOf(requestId));
  }
}
