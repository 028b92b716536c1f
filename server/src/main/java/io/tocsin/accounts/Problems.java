package io.tocsin.accounts;

import io.tocsin.feed.BusyException;
import io.tocsin.feed.KeyReusedException;
import io.tocsin.feed.TooBroadException;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.Json;
import io.tocsin.http.ProblemJson;
import io.tocsin.http.Request;
import io.tocsin.http.RequestIds;
import io.tocsin.http.Response;
import io.tocsin.http.ServerError;
import io.tocsin.identity.DirectoryRefusal;
import io.tocsin.identity.DirectoryRefusedException;
import io.tocsin.store.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The one place where refusals and failures get this API's words (Astra spec §9). */
final class Problems implements ErrorPages {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  /** For errors of HTTP's own, which the catalogue has no number for. */
  private static final String OTHER_TYPES = "urn:tocsin:problem:";

  /**
   * What to tell the caller; empty for what nobody expects, which the listener logs.
   *
   * @param method of the request
   */
  static Optional<ProblemException> of(RuntimeException failure, String method) {
    return switch (failure) {
      case ProblemException own -> Optional.of(own);
      case DirectoryRefusedException refused -> Optional.of(of(refused.refusal(), method));
      case TooBroadException _ ->
          Optional.of(
              Problem.INVALID_PARAMETERS.asException(
                  "filter",
                  "takes too long to answer; narrow it by sequenceCount or eventTime, order by"
                      + " one of them, and leave count out"));
      case KeyReusedException _ ->
          Optional.of(
              Problem.CONFLICT.asException(
                  Publishing.IDEMPOTENCY_KEY, "was used before with another body"));
      case BusyException _, StoreUnavailableException _ ->
          Optional.of(Problem.NOT_READY.asException());
      default -> Optional.empty();
    };
  }

  /** What is missing is the resource itself, or the one that it would belong to. */
  private static ProblemException of(DirectoryRefusal refusal, String method) {
    boolean isAboutTheResource = method.equals("PUT") || method.equals("DELETE");
    return switch (refusal) {
      case DirectoryRefusal.NotFound _ ->
          (isAboutTheResource ? Problem.RESOURCE_NOT_FOUND : Problem.COLLECTION_NOT_FOUND)
              .asException();
      case DirectoryRefusal.Conflict(String outside) -> Problem.CONFLICT.asException("", outside);
      case DirectoryRefusal.Invalid(String outside) ->
          Problem.AGAINST_RULES.asException("", outside);
      case DirectoryRefusal.Forbidden(String outside) ->
          Problem.NOT_PERMITTED.asException("", outside);
    };
  }

  /** The problem document as an answer to that request. */
  static Response response(ProblemException failure, String requestId) {
    Problem problem = failure.problem();
    log.atInfo()
        .addKeyValue("problem", problem.number())
        .addKeyValue("status", problem.status())
        .addKeyValue("correlation_id", RequestIds.uuidOf(requestId))
        .log("request refused");
    ObjectNode document =
        document(problem.type(), problem.title(), problem.detail(), problem.status(), requestId);
    addExtra(document, problem.extra(), failure.reasons());
    return ProblemJson.response(problem.status(), document);
  }

  @Override
  public Response page(ServerError error, @Nullable Request request) {
    return switch (error.status()) {
      case 405 -> response(Problem.UNSUPPORTED_METHOD.asException(), error.requestId());
      case 413 -> response(Problem.BODY_TOO_LARGE.asException(), error.requestId());
      case 500 -> response(Problem.INTERNAL_ERROR.asException(), error.requestId());
      case 503 -> response(Problem.NOT_READY.asException(), error.requestId());
      default ->
          ProblemJson.response(
              error.status(),
              document(
                  OTHER_TYPES + error.status(),
                  error.reason(),
                  error.reason() + ".",
                  error.status(),
                  error.requestId()));
    };
  }

  private static ObjectNode document(
      String type, String title, String detail, int status, String requestId) {
    return Json.object()
        .put("type", type)
        .put("title", title)
        .put("detail", detail)
        .put("status", Integer.toString(status))
        .put("correlationID", RequestIds.uuidOf(requestId));
  }

  /** Where a problem has no reasons its extra member is left out, which the contract allows. */
  private static void addExtra(ObjectNode document, Problem.Extra extra, List<Reason> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    if (extra == Problem.Extra.SCHEMA_FAILURE) {
      document.put(
          extra.member(), reasons.stream().map(Reason::toString).collect(Collectors.joining("; ")));
      return;
    }
    String member =
        extra == Problem.Extra.NOTHING ? Problem.Extra.INVALID_PARAMS.member() : extra.member();
    ArrayNode all = document.putArray(member);
    reasons.stream()
        .distinct()
        .forEach(it -> all.addObject().put("name", it.name()).put("reason", it.reason()));
  }
}
