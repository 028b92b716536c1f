package io.tocsin.http;

import io.tocsin.clock.Clock;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A small API to try the listener with, whose error pages are told apart from the plain ones. */
final class Echo implements Handler {
  static final int BIG = 36_000;
  private static final int PATIENCE_SECONDS = 20;

  /** Open once {@code /v1/wait} is being answered. */
  final CountDownLatch arrived = new CountDownLatch(1);

  /** What {@code /v1/wait} waits for. */
  final CountDownLatch mayLeave = new CountDownLatch(1);

  /** Open once {@code /v1/wait} was told to stop waiting. */
  final CountDownLatch interrupted = new CountDownLatch(1);

  static Listener listener(HttpSettings settings, Echo echo) {
    Mounts mounts =
        Mounts.of()
            .with("/v1", echo, Echo::page)
            .with(
                "/broken",
                echo,
                (_, _) -> {
                  throw new IllegalStateException("secret of the page");
                });
    return new Listener(settings, mounts, Clock.system(), new SplittableRandom(1));
  }

  static Listener listener(HttpSettings settings) {
    return listener(settings, new Echo());
  }

  /** What a client sees of an error: that it is this API's, and all that the page was given. */
  private static Response page(ServerError error, @Nullable Request request) {
    String asked = request == null ? "nothing" : request.method() + " " + request.rawPath();
    String text = "%d|%s|%s|%s".formatted(error.status(), error.reason(), asked, error.errorId());
    return Response.text(error.status(), "text/fault", text);
  }

  @Override
  public Response handle(Request request) {
    return switch (request.rawPath()) {
      case "/v1/throw", "/broken/throw" ->
          throw new IllegalStateException("secret of the implementation");
      case "/v1/cut" -> throw new CutConnection();
      case "/v1/overflow" -> throw new StackOverflowError();
      case "/v1/wait" -> waitToLeave();
      case "/v1/big" -> Response.text(200, "text/plain", "x".repeat(BIG));
      case "/v1/nothing" -> Response.empty(204);
      case "/v1/body" -> new Response(200, Headers.NONE, request.body());
      case "/v1/id" -> Response.text(200, "text/plain", request.requestId() + RequestIds.current());
      case "/v1/thread" ->
          Response.text(200, "text/plain", "virtual " + Thread.currentThread().isVirtual());
      case "/v1/long-header" -> Response.empty(200).with("X-Long", "x".repeat(BIG));
      case "/v1/lies" ->
          Response.text(200, "text/plain", "truth")
              .with("Content-Length", "99")
              .with("Transfer-Encoding", "chunked")
              .with("X-Split", "a\r\nSet-Cookie: b");
      default -> Response.text(200, "text/plain; charset=UTF-8", seen(request));
    };
  }

  private Response waitToLeave() {
    arrived.countDown();
    try {
      boolean isFree = mayLeave.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return Response.text(200, "text/plain", "left " + isFree);
    } catch (InterruptedException _) {
      interrupted.countDown();
      Thread.currentThread().interrupt();
      return Response.empty(500);
    }
  }

  private static String seen(Request request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.rawPath());
    request.query().parameters().forEach(p -> text.append(" %s=%s".formatted(p.name(), p.value())));
    text.append(" at ").append(request.baseUrl());
    if (request.body().length > 0) {
      text.append(" with ").append(HexFormat.of().formatHex(request.body()));
    }
    return text.toString();
  }
}
