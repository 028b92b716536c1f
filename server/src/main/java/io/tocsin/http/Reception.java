package io.tocsin.http;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Where Jetty hands a request over: reads it whole, has it answered, writes the answer. */
final class Reception extends org.eclipse.jetty.server.Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  /** What a refused client may still send, and for how long, before its connection is closed. */
  private static final long MAX_DISCARDED_BYTES = 1024 * 1024;

  private static final Duration MAX_DISCARD_TIME = Duration.ofSeconds(2);

  /**
   * Clients that send their bodies slowly get one place in so many, so that those who do not are
   * served however many of the others there are.
   */
  private static final int SHARE_OF_SLOW_BODIES = 2;

  private final HttpSettings settings;
  private final Mounts mounts;
  private final Clock clock;
  private final RequestIds ids;
  private final RunningRequests running;
  private final Set<Connection> busy;
  private final BodyReader bodies;
  private final AccessLog accessLog;

  /**
   * @param busy shared with {@link HeadWatch}: connections whose current request was wholly headed
   */
  Reception(
      HttpSettings settings,
      Mounts mounts,
      Clock clock,
      RequestIds ids,
      RunningRequests running,
      Set<Connection> busy,
      AccessLog accessLog) {
    this.settings = settings;
    this.mounts = mounts;
    this.clock = clock;
    this.ids = ids;
    this.running = running;
    this.busy = busy;
    this.accessLog = accessLog;
    this.bodies =
        new BodyReader(
            settings.maxBodyBytes(),
            new RunningRequests(settings.maxRunningRequests() / SHARE_OF_SLOW_BODIES));
  }

  /** One request on its way through this class. */
  private record Visit(
      org.eclipse.jetty.server.Request from,
      org.eclipse.jetty.server.Response to,
      Callback done,
      Head head,
      Mounts.Place place,
      String id,
      long startedNanos,
      AtomicBoolean counts) {}

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request from,
      org.eclipse.jetty.server.Response to,
      Callback callback) {
    Connection connection = from.getConnectionMetaData().getConnection();
    boolean hasRoom = running.enter();
    busy.add(connection);
    AtomicBoolean counts = new AtomicBoolean(hasRoom);
    AtomicBoolean isGone = new AtomicBoolean();
    Callback done =
        Callback.from(
            () -> {
              if (isGone.compareAndSet(false, true)) {
                busy.remove(connection);
                leave(counts);
              }
            },
            callback);
    String id = ids.next();
    Head head = Head.of(from, settings.trustsProxy());
    Mounts.Place place = mounts.at(head.rawPath());
    Visit visit = new Visit(from, to, done, head, place, id, clock.nanoTime(), counts);
    MDC.put(RequestIds.LOG_KEY, id);
    try {
      ScopedValue.where(RequestIds.CURRENT, id).run(() -> receive(visit, hasRoom));
    } catch (Throwable failure) {
      // A page or an answer that cannot be sent: leave as one must, and let RefusedHeads say 500.
      done.failed(failure);
    } finally {
      MDC.remove(RequestIds.LOG_KEY);
    }
    return true;
  }

  /** Once for each request that counts. */
  private void leave(AtomicBoolean counts) {
    if (counts.compareAndSet(true, false)) {
      running.leave();
    }
  }

  private void receive(Visit visit, boolean hasRoom) {
    if (!hasRoom) {
      refuse(visit, 503, "The server is at its limit of running requests");
      return;
    }
    if (visit.head().method().equals("CONNECT")) {
      refuse(visit, 405, "This server is no proxy");
      return;
    }
    Deadline deadline = Deadline.in(settings.requestTimeout(), clock);
    switch (bodies.read(visit.from(), visit.from().getLength(), deadline)) {
      case BodyReader.Result.Whole(byte[] body) -> respond(visit, body);
      case BodyReader.Result.TooLarge() ->
          refuse(visit, 413, "Request body is over %d bytes".formatted(settings.maxBodyBytes()));
      case BodyReader.Result.TooSlow() -> refuse(visit, 408, "Request body took too long");
      case BodyReader.Result.NoRoom() ->
          refuse(visit, 503, "The server is waiting for too many request bodies");
      case BodyReader.Result.Malformed() -> refuse(visit, 400, "Malformed request body framing");
      case BodyReader.Result.Gone(Throwable cause) -> visit.done().failed(cause);
    }
  }

  private void respond(Visit visit, byte[] body) {
    try {
      send(visit, answer(visit, visit.head().request(body, visit.id())));
    } catch (CutConnection cut) {
      // Once it is closed, whatever Jetty still wants to send goes nowhere; a failure it would log.
      visit.from().getConnectionMetaData().getConnection().getEndPoint().close(cut);
      visit.done().succeeded();
    }
  }

  /** Catches everything: above stands only Jetty, which would answer with a page of its own. */
  private Response answer(Visit visit, Request request) {
    try {
      return visit.place().handler().handle(request);
    } catch (CutConnection cut) {
      throw cut;
    } catch (Throwable failure) {
      String errorId = ids.nextError();
      log.atError()
          .addKeyValue("error_id", errorId)
          .addKeyValue("method", request.method())
          .addKeyValue("path", request.rawPath())
          .setCause(failure)
          .log("Request failed unexpectedly");
      ServerError error = new ServerError(500, "Internal server error", visit.id(), errorId);
      return visit.place().errors().page(error, request);
    }
  }

  private void send(Visit visit, Response answer) {
    prepare(visit, answer);
    visit.to().write(true, ByteBuffer.wrap(answer.body()), visit.done());
  }

  /** Answers a request that was not read to its end, and closes its connection. */
  private void refuse(Visit visit, int status, String reason) {
    ServerError error = new ServerError(status, reason, visit.id(), null);
    Request request = visit.head().request(new byte[0], visit.id());
    Response answer = visit.place().errors().page(error, request);
    prepare(visit, answer);
    visit.to().getHeaders().put(HttpHeader.CONNECTION, "close");
    try {
      Content.Sink.write(visit.to(), true, ByteBuffer.wrap(answer.body()));
      // Whoever is refused must not keep others out by going on to send.
      leave(visit.counts());
      if (status != 408 && !visit.from().getHeaders().contains(HttpHeader.EXPECT)) {
        Deadline deadline = Deadline.in(MAX_DISCARD_TIME, clock);
        BodyReader.discard(visit.from(), MAX_DISCARDED_BYTES, deadline);
      }
      visit.done().succeeded();
    } catch (IOException gone) {
      visit.done().failed(gone);
    }
  }

  private void prepare(Visit visit, Response answer) {
    writeHead(answer, visit.to());
    accessLog.answered(
        visit.place(), visit.head(), answer.status(), clock.nanoTime() - visit.startedNanos());
  }

  static void writeHead(Response answer, org.eclipse.jetty.server.Response to) {
    to.setStatus(answer.status());
    HttpFields.Mutable fields = to.getHeaders();
    for (Headers.Field field : answer.headers().fields()) {
      fields.add(new HttpField(field.name(), field.value()));
    }
    // Framing is the listener's, whatever a handler may have said.
    fields.remove(HttpHeader.TRANSFER_ENCODING);
    fields.remove(HttpHeader.CONTENT_LENGTH);
    if (answer.status() != 204 && answer.status() != 304) {
      fields.put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    }
  }
}
