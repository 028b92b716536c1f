package io.tocsin.openstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server on a real socket that answers each request as a script says, also in ways no HTTP
 * library would: not at all, half, too slowly, wrongly.
 */
public final class ScriptedServer implements AutoCloseable {
  /** One request as it came in. */
  public record Received(
      String method, String target, Map<String, String> headers, String body, long atNanos) {}

  /** Writes the answer; the connection is kept when it returns true. */
  public interface Reply {
    boolean write(InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Thread acceptor;
  private volatile Function<Received, Reply> script = _ -> cut();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();

  /** Listens; until it is told more, it cuts every connection. */
  public ScriptedServer() {
    this(ServerSocketFactory.getDefault());
  }

  /** The same on another kind of socket. */
  public ScriptedServer(ServerSocketFactory sockets) {
    try {
      this.socket = sockets.createServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.acceptor = Thread.ofVirtual().start(this::accept);
  }

  /** Answers each request as the script says; called by many threads. */
  public void script(Function<Received, Reply> newScript) {
    script = newScript;
  }

  /** Answers the first requests with these, in order, and every later one with the last. */
  public void reply(Reply... replies) {
    AtomicInteger next = new AtomicInteger();
    script(_ -> replies[Math.min(next.getAndIncrement(), replies.length - 1)]);
  }

  /** A whole answer. */
  public static Reply json(int status, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
    head.append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length);
    for (int i = 0; i < headers.length; i += 2) {
      head.append("\r\n").append(headers[i]).append(": ").append(headers[i + 1]);
    }
    head.append("\r\n\r\n");
    return (_, out) -> {
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(bytes);
      return true;
    };
  }

  /** These bytes, then the connection ends. */
  public static Reply raw(String bytes) {
    return (_, out) -> {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return false;
    };
  }

  /** The connection ends without a byte. */
  public static Reply cut() {
    return raw("");
  }

  /** These bytes, and then nothing until the caller gives up. */
  public Reply thenSilence(String bytes) {
    return (in, out) -> {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      awaitEnd(in);
      return false;
    };
  }

  /** Nothing until the caller gives up. */
  public Reply silence() {
    return thenSilence("");
  }

  /** This head, and then one byte after the other, without end and without haste. */
  public Reply trickle(String head) {
    return (in, out) -> {
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      try {
        while (true) {
          out.write(' ');
          out.flush();
          pace(in);
        }
      } catch (IOException callerLeft) {
        abandoned.incrementAndGet();
        return false;
      }
    };
  }

  private static void pace(InputStream in) throws IOException {
    try {
      if (in.read() < 0) {
        throw new IOException("the caller left");
      }
    } catch (SocketTimeoutException _) {
      // The read time-out is what sets the pace.
    }
  }

  private void awaitEnd(InputStream in) throws IOException {
    while (true) {
      try {
        if (in.read() < 0) {
          break;
        }
      } catch (SocketTimeoutException _) {
        // Still there.
      } catch (IOException reset) {
        break;
      }
    }
    abandoned.incrementAndGet();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/compute/v2.1");
  }

  public List<Received> received() {
    return received;
  }

  /** Connections opened so far. */
  public int opened() {
    return opened.get();
  }

  /** Answers the caller did not wait for. */
  public int abandoned() {
    return abandoned.get();
  }

  private void accept() {
    while (true) {
      try {
        Socket connection = socket.accept();
        opened.incrementAndGet();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      while (true) {
        connection.setSoTimeout(0);
        Received request = read(in);
        if (request == null) {
          return;
        }
        received.add(request);
        connection.setSoTimeout(20);
        if (!script.apply(request).write(in, out)) {
          return;
        }
        out.flush();
      }
    } catch (IOException callerLeft) {
      // The script decides what is a fault; a caller may leave at any time.
    } catch (RuntimeException e) {
      failures.add(e);
    } finally {
      connections.remove(connection);
    }
  }

  private static @Nullable Received read(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Received(parts[0], parts[1], headers, body, System.nanoTime());
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Stops listening: connections are refused from now on; open ones live. */
  public void refuse() {
    try {
      socket.close();
      // The kernel goes on taking connections until the last accept has ended.
      acceptor.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    refuse();
    for (Socket connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the script failed", failures.peek());
    }
  }
}
