package io.tocsin.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A socket and nothing that would correct what a test sends or hide what the server answers. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  RawClient(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(address, PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Over a connection that is there already. */
  public RawClient(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** An answer as it stood on the wire; bytes of the head are Latin-1. */
  public record Answer(String statusLine, List<String> headers, String body) {
    public int status() {
      return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    public Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(start))
          .map(h -> h.substring(start.length()).trim())
          .findFirst();
    }
  }

  public RawClient send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Tells the server that nothing more will come. */
  RawClient sendEnd() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** The next answer with a body of its {@code Content-Length}. */
  public Answer answer() throws IOException {
    return answer(true);
  }

  /** The next answer, whose {@code Content-Length} speaks of a body that is not sent. */
  Answer answerToHead() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean hasBody) throws IOException {
    String statusLine = line();
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      headers.add(line);
    }
    Answer head = new Answer(statusLine, List.copyOf(headers), "");
    int length = hasBody ? head.header("Content-Length").map(Integer::parseInt).orElse(0) : 0;
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("The body ends early");
    }
    return new Answer(statusLine, head.headers(), new String(body, StandardCharsets.UTF_8));
  }

  /** Whether something has come that was not read yet. */
  boolean hasAnswer() {
    try {
      return in.available() > 0;
    } catch (IOException closed) {
      throw new UncheckedIOException(closed);
    }
  }

  /** True when the server has closed the connection and nothing is left to be read. */
  boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  /**
   * The next answer, if it begins within that time; else {@link java.net.SocketTimeoutException}.
   */
  Answer answerWithin(Duration patience) throws IOException {
    socket.setSoTimeout((int) patience.toMillis());
    try {
      return answer();
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** True when the server ends the connection, by a reset too, or says why and ends it then. */
  boolean isAtEndOrRefused() throws IOException {
    try {
      byte[] rest = in.readAllBytes();
      return rest.length == 0 || new String(rest, StandardCharsets.ISO_8859_1).contains(" 40");
    } catch (SocketException _) {
      return true;
    }
  }

  /** All that is still answered, up to the end of the connection or its reset. */
  String everything() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[8192];
    try {
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        all.write(some, 0, n);
      }
    } catch (SocketException _) {
      // A reset is an end too.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends a byte now and then, never silent for long; true when the server has had enough. */
  boolean dripsUntilClosed() throws IOException {
    socket.setSoTimeout(20);
    for (int i = 0; i < PATIENCE_MILLIS / 20; i++) {
      try {
        send("y");
        if (in.read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException _) {
        // Nothing said, so the server is still listening.
      } catch (SocketException _) {
        return true;
      }
    }
    return false;
  }

  /** Asks and never reads, until the server takes no more or ends it. */
  void sendUntilStuck(String request) {
    byte[] many = request.repeat(1_000).getBytes(StandardCharsets.ISO_8859_1);
    AtomicBoolean isStuck = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!isStuck.get()) {
                  send(many);
                }
              } catch (IOException _) {
                isStuck.set(true);
              }
            });
    try {
      writer.join(Duration.ofSeconds(5));
      isStuck.set(true);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("The connection ends within an answer's head: " + line);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
