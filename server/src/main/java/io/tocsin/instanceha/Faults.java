package io.tocsin.instanceha;

import io.tocsin.failover.Refusal;
import io.tocsin.failover.RefusedException;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.Headers;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.ServerError;
import io.tocsin.store.StoreUnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one place where refusals and failures get this API's words (Instance HA spec §4). */
final class Faults implements ErrorPages {
  static final Faults WITHOUT_REQUEST_ID = new Faults(false);
  static final Faults WITH_REQUEST_ID = new Faults(true);

  private static final String JSON = "application/json; charset=UTF-8";
  private static final String UNEXPECTED =
      "The server has either erred or is incapable of performing the requested operation.";
  private static final String RETRY_AFTER = "Retry-After";
  private static final String RETRY_AFTER_SECONDS = "2";

  private final boolean showsRequestId;

  private Faults(boolean showsRequestId) {
    this.showsRequestId = showsRequestId;
  }

  /** What to tell the caller; empty for what nobody expects, which the listener logs. */
  static Optional<Fault> of(RuntimeException failure) {
    return switch (failure) {
      case FaultException own -> Optional.of(own.fault());
      case RefusedException refused -> Optional.of(of(refused.refusal()));
      case StoreUnavailableException _ ->
          Optional.of(new Fault(503, "The database cannot be reached. Try again later."));
      default -> Optional.empty();
    };
  }

  private static Fault of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotFound it -> new Fault(404, it.outside());
      case Refusal.Conflict it -> new Fault(409, it.outside());
      case Refusal.Invalid it -> new Fault(400, it.outside());
      case Refusal.Forbidden it -> new Fault(403, it.outside());
      case Refusal.Busy it -> new Fault(503, it.outside());
    };
  }

  /** The fault document as an answer. */
  static Response response(Fault fault) {
    Response response =
        new Response(fault.status(), Headers.of("Content-Type", JSON), fault.document().bytes());
    return fault.status() == 503 ? response.with(RETRY_AFTER, RETRY_AFTER_SECONDS) : response;
  }

  /**
   * For whom we do not know (Instance HA spec §4.2). It has the form of Keystone's own errors, and
   * always JSON.
   */
  static Response unauthorized(String challenge) {
    Document document =
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("error");
          json.writeNumberProperty("code", 401);
          json.writeStringProperty("title", "Unauthorized");
          json.writeStringProperty("message", "The request you have made requires authentication.");
          json.writeEndObject();
          json.writeEndObject();
        };
    return new Response(401, Headers.of("Content-Type", JSON), document.bytes())
        .with("WWW-Authenticate", challenge);
  }

  /** For whom we cannot know at the moment. */
  static Response noKeystone(Request request) {
    return Page.NO_KEYSTONE.response(request.headers()).with(RETRY_AFTER, RETRY_AFTER_SECONDS);
  }

  @Override
  public Response page(ServerError error, @Nullable Request request) {
    Response page = page(error.status(), error.reason(), request);
    return showsRequestId ? page.with(InstanceHa.REQUEST_ID, error.requestId()) : page;
  }

  private static Response page(int status, String reason, @Nullable Request request) {
    if (status == 413 && request != null) {
      return Page.TOO_LARGE.response(request.headers());
    }
    return response(new Fault(status, status == 500 ? UNEXPECTED : reason));
  }
}
