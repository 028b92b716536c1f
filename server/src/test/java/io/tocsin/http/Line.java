package io.tocsin.http;

import io.tocsin.http.AnswerReader.RawAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that is kept, and renewed where the server ends it. */
public final class Line implements AutoCloseable {
  /** A connection silent for so long hangs. */
  private static final int PATIENCE_MILLIS = 60_000;

  private final InetSocketAddress address;
  private Socket socket;
  private AnswerReader answers;

  public Line(InetSocketAddress address) throws IOException {
    this.address = address;
    socket = connect(address);
    answers = new AnswerReader(socket.getInputStream());
  }

  /** All of them at once, before any answer is read; together they fit into the buffers. */
  public void send(List<byte[]> requests) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    requests.forEach(bytes::writeBytes);
    socket.getOutputStream().write(bytes.toByteArray());
  }

  /** The next answer, which is to that request. */
  public RawAnswer answer(byte[] request) throws IOException {
    return answers.next(isHead(request));
  }

  public void renew() throws IOException {
    socket.close();
    socket = connect(address);
    answers = new AnswerReader(socket.getInputStream());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  public static boolean isHead(byte[] request) {
    return new String(request, StandardCharsets.US_ASCII).startsWith("HEAD ");
  }

  /** What comes back over a connection of its own until the server has no more to say. */
  public static List<RawAnswer> exchange(InetSocketAddress address, byte[] bytes)
      throws IOException {
    List<RawAnswer> all = new ArrayList<>();
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      AnswerReader answers = new AnswerReader(socket.getInputStream());
      while (!answers.isAtEnd()) {
        all.add(answers.next(false));
      }
    } catch (SocketException _) {
      // A reset ends a connection too: the rest of what we sent was not wanted.
    }
    return all;
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(address, PATIENCE_MILLIS);
    return socket;
  }
}
