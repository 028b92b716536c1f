package io.tocsin.http;

import io.tocsin.clock.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose request head does not end in time. Jetty's idle timeout starts anew with
 * every byte, so a client that sends one now and then would hold its connection for ever. A sweep
 * now and then looks at all connections, so that requests pay nothing for it.
 */
final class HeadWatch {
  private static final int SWEEPS_PER_LIMIT = 8;
  private static final long NOT_PENDING = Long.MIN_VALUE;

  private final ServerConnector connector;
  private final Scheduler scheduler;
  private final Set<Connection> busy;
  private final Clock clock;
  private final Duration limit;

  /** Touched by one sweep at a time; the scheduler orders them. */
  private Map<EndPoint, Seen> seen = Map.of();

  private volatile boolean stopped;

  /** What a connection had received when it was last between two requests. */
  private record Seen(long bytes, long requests, long pendingSinceNanos) {
    private static final Seen NEW = new Seen(0, 0, NOT_PENDING);
  }

  HeadWatch(ServerConnector connector, Set<Connection> busy, Clock clock, Duration limit) {
    this.connector = connector;
    this.scheduler = connector.getScheduler();
    this.busy = busy;
    this.clock = clock;
    this.limit = limit;
  }

  void start() {
    long every = Math.max(1, limit.toMillis() / SWEEPS_PER_LIMIT);
    scheduler.schedule(this::sweep, every, TimeUnit.MILLISECONDS);
  }

  void stop() {
    stopped = true;
  }

  private void sweep() {
    if (stopped) {
      return;
    }
    Map<EndPoint, Seen> now = new HashMap<>();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      Seen next = look(endPoint, seen.getOrDefault(endPoint, Seen.NEW));
      if (next.pendingSinceNanos() != NOT_PENDING
          && clock.nanoTime() - next.pendingSinceNanos() > limit.toNanos()) {
        endPoint.close(new TimeoutException("Request head took too long"));
      } else {
        now.put(endPoint, next);
      }
    }
    seen = now;
    start();
  }

  private Seen look(EndPoint endPoint, Seen last) {
    Connection connection = endPoint.getConnection();
    if (connection == null) {
      return last;
    }
    // Bytes as they come, so that over TLS a handshake that drips counts too.
    long bytes = connection.getBytesIn();
    Connection http = http(connection);
    long requests = http.getMessagesIn();
    boolean answering = busy.contains(http);
    if (answering || requests != last.requests() || bytes == last.bytes()) {
      return new Seen(bytes, requests, NOT_PENDING);
    }
    return last.pendingSinceNanos() == NOT_PENDING
        ? new Seen(last.bytes(), requests, clock.nanoTime())
        : last;
  }

  private static Connection http(Connection connection) {
    if (connection instanceof SslConnection tls) {
      Connection inside = tls.getSslEndPoint().getConnection();
      return inside == null ? connection : inside;
    }
    return connection;
  }
}
