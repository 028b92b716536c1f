package io.tocsin.bench;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Many HTTP connections on one thread, each with one request under way at any time. Lean, because
 * it shares the processors with what it measures: no parsing beyond status and length, no thread
 * per connection.
 */
final class LoadClient {
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final String LENGTH = "content-length:";

  private final InetSocketAddress server;
  private final String path;
  private final int expectedStatus;
  private final String headers;
  private final Clock clock;

  /**
   * A client of one resource.
   *
   * @param headers more header lines, each ending with CR and LF
   */
  LoadClient(
      InetSocketAddress server, String path, int expectedStatus, String headers, Clock clock) {
    this.server = server;
    this.path = path;
    this.expectedStatus = expectedStatus;
    this.headers = headers;
    this.clock = clock;
  }

  private static final class Connection {
    final SocketChannel channel;
    final byte[] bytes = new byte[LARGEST_ANSWER];
    final ByteBuffer in = ByteBuffer.wrap(bytes);
    long sentAt;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /** POSTs bodies over {@code connections} for that long; throws on any other status. */
  Measurement post(Supplier<String> bodies, int connections, Duration duration) throws IOException {
    List<Connection> open = new ArrayList<>();
    Latencies latencies = new Latencies();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Connection connection = new Connection(channel);
        open.add(connection);
        channel.register(selector, SelectionKey.OP_READ, connection);
      }
      long start = clock.nanoTime();
      long end = start + duration.toNanos();
      for (Connection connection : open) {
        send(connection, bodies.get());
      }
      int underWay = connections;
      while (underWay > 0) {
        selector.select(Duration.ofSeconds(60).toMillis());
        for (SelectionKey key : selector.selectedKeys()) {
          Connection connection = (Connection) key.attachment();
          if (isAnswered(connection)) {
            long now = clock.nanoTime();
            latencies.add(now - connection.sentAt);
            if (now < end) {
              send(connection, bodies.get());
            } else {
              underWay--;
            }
          }
        }
        selector.selectedKeys().clear();
      }
      return Measurement.of(latencies.toArray(), Duration.ofNanos(clock.nanoTime() - start));
    } finally {
      for (Connection connection : open) {
        connection.channel.close();
      }
    }
  }

  private void send(Connection connection, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        ("POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n%s"
                + "Content-Length: %d\r\n\r\n")
            .formatted(path, headers, content.length);
    ByteBuffer out = ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8));
    connection.in.clear();
    connection.sentAt = clock.nanoTime();
    while (out.hasRemaining()) {
      connection.channel.write(out);
    }
  }

  private boolean isAnswered(Connection connection) throws IOException {
    ByteBuffer in = connection.in;
    if (connection.channel.read(in) < 0) {
      throw new IOException("the server closed a connection");
    }
    byte[] bytes = connection.bytes;
    int headEnd = indexOf(bytes, in.position(), HEAD_END);
    if (headEnd < 0) {
      return false;
    }
    String head = new String(bytes, 0, headEnd, StandardCharsets.US_ASCII);
    int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    int lineEnd = head.indexOf('\r', at);
    int length =
        Integer.parseInt(
            head.substring(at + LENGTH.length(), lineEnd < 0 ? head.length() : lineEnd).strip());
    if (in.position() < headEnd + HEAD_END.length + length) {
      return false;
    }
    if (!head.startsWith("HTTP/1.1 " + expectedStatus)) {
      throw new IOException(new String(bytes, 0, in.position(), StandardCharsets.UTF_8));
    }
    return true;
  }

  private static int indexOf(byte[] bytes, int length, byte[] wanted) {
    for (int i = 0; i + wanted.length <= length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Grows; an array list of boxed numbers would cost more than the requests. */
  private static final class Latencies {
    private long[] nanos = new long[1 << 16];
    private int size;

    void add(long latency) {
      if (size == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * size);
      }
      nanos[size++] = latency;
    }

    long[] toArray() {
      return Arrays.copyOf(nanos, size);
    }
  }
}
