package io.tocsin.http;

import io.tocsin.clock.Clock;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Words the errors that Jetty finds before there is a request: a head that is not HTTP. */
final class RefusedHeads implements org.eclipse.jetty.server.Request.Handler {
  /** The path that Jetty makes up where it could not read one. */
  private static final String UNREADABLE = "/badMessage";

  private final Mounts mounts;
  private final RequestIds ids;
  private final Clock clock;

  RefusedHeads(Mounts mounts, RequestIds ids, Clock clock) {
    this.mounts = mounts;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request from,
      org.eclipse.jetty.server.Response to,
      Callback callback) {
    long started = clock.nanoTime();
    int status = status(from, to);
    String id = ids.next();
    Head head = Head.of(from);
    boolean isReadable = !head.rawPath().equals(UNREADABLE);
    ErrorPages errors = isReadable ? mounts.at(head.rawPath()).errors() : ErrorPages.PLAIN;
    ServerError error = new ServerError(status, reason(status), id, null);
    Response answer = errors.page(error, isReadable ? head.request(new byte[0], id) : null);
    Reception.writeHead(answer, to);
    to.getHeaders().put(HttpHeader.CONNECTION, "close");
    AccessLog.answered(
        head.method(), head.rawPath(), answer.status(), clock.nanoTime() - started, id);
    to.write(true, ByteBuffer.wrap(answer.body()), callback);
    return true;
  }

  private static int status(
      org.eclipse.jetty.server.Request from, org.eclipse.jetty.server.Response to) {
    @Nullable Object cause = from.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    return cause instanceof HttpException failure ? failure.getCode() : to.getStatus();
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
