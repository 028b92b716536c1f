package io.tocsin.http;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Words the errors that Jetty finds before there is a request: a head that is not HTTP. */
final class RefusedHeads implements org.eclipse.jetty.server.Request.Handler {
  private static final Logger log = LoggerFactory.getLogger(RefusedHeads.class);

  /** The paths that Jetty makes up where it could not read one. */
  private static final Set<String> UNREADABLE = Set.of("/badMessage", "/badRequest");

  private final Mounts mounts;
  private final RequestIds ids;
  private final Clock clock;
  private final boolean trustsProxy;
  private final AccessLog accessLog;

  RefusedHeads(
      HttpSettings settings, Mounts mounts, RequestIds ids, Clock clock, AccessLog accessLog) {
    this.accessLog = accessLog;
    this.trustsProxy = settings.trustsProxy();
    this.mounts = mounts;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request from,
      org.eclipse.jetty.server.Response to,
      Callback callback) {
    String id = ids.next();
    try (var _ = MDC.putCloseable(RequestIds.LOG_KEY, id)) {
      answer(from, to, callback, id);
    }
    return true;
  }

  private void answer(
      org.eclipse.jetty.server.Request from,
      org.eclipse.jetty.server.Response to,
      Callback callback,
      String id) {
    long started = clock.nanoTime();
    int status = status(from, to);
    Head head = Head.of(from, trustsProxy);
    boolean isReadable = !UNREADABLE.contains(head.rawPath());
    Mounts.Place place = mounts.at(head.rawPath());
    ErrorPages errors = isReadable ? place.errors() : ErrorPages.PLAIN;
    ServerError error = new ServerError(status, reason(status), id, null);
    Response answer = errors.page(error, isReadable ? head.request(new byte[0], id) : null);
    Reception.writeHead(answer, to);
    to.getHeaders().put(HttpHeader.CONNECTION, "close");
    accessLog.answered(place, head, answer.status(), clock.nanoTime() - started);
    to.write(true, ByteBuffer.wrap(answer.body()), callback);
  }

  /** Without a status of HTTP's own, either the connection failed or this server did. */
  private static int status(
      org.eclipse.jetty.server.Request from, org.eclipse.jetty.server.Response to) {
    return switch ((@Nullable Throwable) from.getAttribute(ErrorHandler.ERROR_EXCEPTION)) {
      case null -> to.getStatus();
      case HttpException refused -> refused.getCode();
      case TimeoutException _ -> 408;
      case IOException _ -> 400;
      case Throwable failure -> {
        log.atError().setCause(failure).log("Request could not be received or answered");
        yield 500;
      }
    };
  }

  /** Our own words: Jetty's tell about its classes. */
  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Malformed request";
      case 408 -> "Request took too long";
      case 413 -> "Request body is too large";
      case 414 -> "Request URI is too long";
      case 417 -> "Expectation cannot be met";
      case 426, 505 -> "This server speaks HTTP/1.1 and HTTP/1.0";
      case 431 -> "Request header is too large";
      case 501 -> "Transfer coding is not supported";
      case 503 -> "The server is stopping";
      default -> status < 500 ? "Request refused" : "Internal server error";
    };
  }
}
