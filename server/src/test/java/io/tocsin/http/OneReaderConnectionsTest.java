package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OneReaderConnectionsTest {
  /** The refused head comes second, when the first thread would wait for more to read. */
  private static final byte[] REFUSED =
      "GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/y H1\r\nHost: a\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private static final int CASES = 100;

  @Test
  void twoThreadsNeverReadFromOneConnection() throws Exception {
    try (Readers readers = new Readers();
        Listener listener = Echo.listener(HttpSettings.at("127.0.0.1", 0))) {
      listener.start();
      for (int i = 0; i < CASES; i++) {
        Line.exchange(listener.address(), REFUSED);
      }
      assertThat(readers.most()).as("readers of one connection at a time").isEqualTo(1);
      assertThat(readers.came()).as("readers, two for each refused head").isGreaterThan(CASES);
    }
  }

  /** Who reads from which connection, as Jetty logs it; every reader is kept there for a while. */
  private static final class Readers extends UnsynchronizedAppenderBase<ILoggingEvent>
      implements AutoCloseable {
    private static final long KEPT_NANOS = 2_000_000;

    private final Logger logger = (Logger) LoggerFactory.getLogger(HttpConnection.class);
    private final Level levelBefore = logger.getLevel();
    private final boolean wasAdditive = logger.isAdditive();
    private final Map<Object, AtomicInteger> reading = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger came = new AtomicInteger();

    Readers() {
      setContext(logger.getLoggerContext());
      start();
      logger.setLevel(Level.DEBUG);
      logger.setAdditive(false);
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      String said = event.getMessage();
      if (said.startsWith("onFillable enter")) {
        came.incrementAndGet();
        most.accumulateAndGet(count(event).incrementAndGet(), Math::max);
      } else if (said.startsWith("onFillable exit")) {
        count(event).decrementAndGet();
      } else if (said.startsWith("parsed")) {
        LockSupport.parkNanos(KEPT_NANOS);
      }
    }

    private AtomicInteger count(ILoggingEvent event) {
      Object[] arguments = event.getArgumentArray();
      Object connection = arguments[arguments.length - 1];
      return reading.computeIfAbsent(connection, _ -> new AtomicInteger());
    }

    int most() {
      return most.get();
    }

    int came() {
      return came.get();
    }

    @Override
    public void close() {
      logger.detachAppender(this);
      logger.setAdditive(wasAdditive);
      logger.setLevel(levelBefore);
    }
  }
}
