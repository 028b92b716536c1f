package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Durations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes up all nodes through the database (PostgreSQL's LISTEN and NOTIFY). A notice says "look
 * now" and nothing else; it can be lost while a connection is, so whoever listens also looks after
 * every reconnect (we call it then) and now and then by itself.
 *
 * <p>Two connections of its own, outside the pool: a busy pool must not delay the wake-up. Both are
 * opened again, with growing pauses, for as long as it takes.
 */
public final class Notices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Notices.class);

  private static final int MAX_CHANNELS = 64;

  /** How long a silent connection is trusted before it is tried. */
  private static final Duration PROBE_AFTER = Duration.ofSeconds(10);

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  /** Listening and telling are instant; longer means that the other end has gone. */
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** What the last notices get to leave, and then each thread to end. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private static final String CONNECTION_FAILURE = "08006";

  private final DatabaseSettings settings;
  private final Clock clock;
  private final Map<String, List<Runnable>> listeners = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Channels to be told about; guarded by itself. A channel waits in it at most once. */
  private final Set<String> pending = new LinkedHashSet<>();

  private volatile boolean closed;

  public Notices(DatabaseSettings settings, Clock clock) {
    this.settings =
        settings
            .withApplicationName(settings.applicationName() + " notices")
            .withTimeouts(settings.connectTimeout(), STATEMENT_TIMEOUT);
    this.clock = clock;
  }

  /**
   * Before {@link #start}: {@code onNotice} is called for every notice on {@code channel}, our own
   * included, several close together counting as one, and after every (re)connect. It must be
   * quick: all listeners share a thread.
   *
   * @param channel lower case letters and underscores
   */
  public void listen(String channel, Runnable onNotice) {
    if (!threads.isEmpty()) {
      throw new IllegalStateException("listeners come before the start");
    }
    checkName(channel);
    listeners.computeIfAbsent(channel, _ -> new ArrayList<>()).add(onNotice);
    checkBound(listeners.size());
  }

  /** Starts listening and telling; returns at once, whether the database answers or not. */
  public void start() {
    if (!threads.isEmpty()) {
      throw new IllegalStateException("started twice");
    }
    if (!listeners.isEmpty()) {
      threads.add(
          Thread.ofVirtual().name("notices-in").start(() -> keepConnected("in", this::receive)));
    }
    threads.add(
        Thread.ofVirtual().name("notices-out").start(() -> keepConnected("out", this::send)));
  }

  /**
   * Sends a notice soon, to every node that listens. Never waits and never fails; many calls may
   * become one notice. Call it after the commit that there is to tell of.
   */
  public void tell(String channel) {
    checkName(channel);
    synchronized (pending) {
      if (!closed && pending.add(channel)) {
        checkBound(pending.size());
        pending.notifyAll();
      }
    }
  }

  /** Sends what is waiting, if that is quick, and ends. May be called again. */
  @Override
  public void close() {
    synchronized (pending) {
      closed = true;
      pending.notifyAll();
    }
    try {
      if (!threads.isEmpty()) {
        threads.getLast().join(CLOSE_TIMEOUT);
      }
      // An interrupt also ends a wait on a socket: it closes the socket.
      threads.forEach(Thread::interrupt);
      for (Thread thread : threads) {
        thread.join(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
  }

  private interface Use {
    /** Returns when it is time to end; throws when the connection is lost. */
    void until(Connection connection) throws SQLException, InterruptedException;
  }

  private void keepConnected(String direction, Use use) {
    Duration pause = FIRST_PAUSE;
    boolean failing = false;
    try {
      // At least once: what was told just before the end still leaves.
      while (true) {
        Attempt attempt = attempt(use);
        @Nullable SQLException failure = attempt.failure();
        if (closed || failure == null) {
          return;
        }
        if (attempt.wasConnected()) {
          pause = FIRST_PAUSE;
          failing = false;
        }
        if (!failing) {
          log.atWarn()
              .addKeyValue("direction", direction)
              .addKeyValue("reason", Databases.oneLine(failure))
              .log("Wake-ups through the database are interrupted; reconnecting, polling goes on");
          failing = true;
        }
        clock.sleep(pause);
        pause = longer(pause);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param failure null when the use of the connection came to its end
   */
  private record Attempt(boolean wasConnected, @Nullable SQLException failure) {}

  private Attempt attempt(Use use) throws InterruptedException {
    boolean connected = false;
    try (Connection connection = Databases.open(settings)) {
      connected = true;
      use.until(connection);
      return new Attempt(true, null);
    } catch (SQLException e) {
      return new Attempt(connected, e);
    }
  }

  private static Duration longer(Duration pause) {
    return Durations.shorter(pause.multipliedBy(2), LONGEST_PAUSE);
  }

  private void receive(Connection connection) throws SQLException {
    if (closed) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      for (String channel : listeners.keySet()) {
        statement.execute("listen " + channel);
      }
    }
    log.atInfo()
        .addKeyValue("channels", listeners.keySet())
        .log("Listening for wake-ups from the database");
    call(listeners.keySet());
    PGConnection notifications = connection.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] received =
          notifications.getNotifications(Math.toIntExact(PROBE_AFTER.toMillis()));
      if (received != null && received.length > 0) {
        Set<String> channels = new LinkedHashSet<>();
        for (PGNotification notification : received) {
          channels.add(notification.getName());
        }
        call(channels);
      } else if (!closed && !connection.isValid((int) PROBE_TIMEOUT.toSeconds())) {
        throw new SQLException("the connection went silent", CONNECTION_FAILURE);
      }
    }
  }

  private void call(Set<String> channels) {
    for (String channel : channels) {
      for (Runnable listener : listeners.getOrDefault(channel, List.of())) {
        try {
          listener.run();
        } catch (RuntimeException e) {
          log.atError()
              .addKeyValue("channel", channel)
              .setCause(e)
              .log("A listener failed on a wake-up; the others and later wake-ups go on");
        }
      }
    }
  }

  private void send(Connection connection) throws SQLException, InterruptedException {
    try (Statement session = connection.createStatement();
        PreparedStatement notify = connection.prepareStatement("select pg_notify(?, '')")) {
      // Nothing is written, so there is nothing to wait for on the disk.
      session.execute("set synchronous_commit = off");
      while (true) {
        @Nullable String channel = next();
        if (channel == null) {
          return;
        }
        try {
          notify.setString(1, channel);
          notify.execute();
        } catch (SQLException e) {
          putBack(channel);
          throw e;
        }
      }
    }
  }

  /** Waits for a channel to tell about; null when closed and nothing is left. */
  private @Nullable String next() throws InterruptedException {
    synchronized (pending) {
      while (pending.isEmpty()) {
        if (closed) {
          return null;
        }
        pending.wait();
      }
      String channel = pending.iterator().next();
      pending.remove(channel);
      return channel;
    }
  }

  private void putBack(String channel) {
    synchronized (pending) {
      pending.add(channel);
    }
  }

  private static void checkName(String channel) {
    for (int i = 0; i < channel.length(); i++) {
      char c = channel.charAt(i);
      if ((c < 'a' || c > 'z') && c != '_') {
        throw new IllegalArgumentException("not a name of a channel: " + channel);
      }
    }
  }

  private static void checkBound(int channels) {
    if (channels > MAX_CHANNELS) {
      throw new IllegalStateException("more than " + MAX_CHANNELS + " channels");
    }
  }
}
