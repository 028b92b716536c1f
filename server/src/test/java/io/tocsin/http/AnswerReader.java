package io.tocsin.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads answers from a socket, one after the other, and believes nothing but their framing. */
public final class AnswerReader {
  /** What only our own inside could say; no request of a fuzz holds any of it. */
  private static final List<String> INSIDE =
      List.of("exception", "io.tocsin", "java.", "jetty", "jdbi", "postgres", "\tat ", "select ");

  private final InputStream in;
  private byte[] buffer = new byte[64 * 1024];
  private int start;
  private int end;

  public AnswerReader(InputStream in) {
    this.in = in;
  }

  /**
   * One answer.
   *
   * @param head status line and fields, names and values in lower case
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record RawAnswer(int status, String head, byte[] body) {
    /** The value of that field, empty when it is not there. */
    public String field(String name) {
      int at = head.indexOf("\r\n" + name + ": ");
      if (at < 0) {
        return "";
      }
      int from = at + name.length() + 4;
      return head.substring(from, head.indexOf("\r\n", from));
    }

    public boolean endsConnection() {
      return field("connection").equals("close") || head.startsWith("http/1.0");
    }

    /** Which word of our inside it holds; null when none. */
    public @Nullable String wordOfTheInside() {
      String text = new String(body, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
      for (String word : INSIDE) {
        if (text.contains(word) || head.contains(word)) {
          return word;
        }
      }
      return null;
    }
  }

  /** Whether the connection has ended where an answer may begin. */
  public boolean isAtEnd() throws IOException {
    return start == end && !fill();
  }

  /**
   * The next answer.
   *
   * @param toHead whether it has no body whatever its length says
   */
  public RawAnswer next(boolean toHead) throws IOException {
    int headEnd = headEnd();
    String head =
        new String(buffer, start, headEnd - start, StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    start = headEnd;
    if (!head.matches("(?s)http/1\\.[01] [1-5][0-9][0-9] .*|http/1\\.[01] [1-5][0-9][0-9]\r.*")) {
      throw new IOException("Not an answer: " + head);
    }
    RawAnswer answer = new RawAnswer(Integer.parseInt(head.substring(9, 12)), head, new byte[0]);
    String length = answer.field("content-length");
    if (toHead || length.isEmpty()) {
      return answer;
    }
    return new RawAnswer(answer.status(), head, bytes(Integer.parseInt(length)));
  }

  private int headEnd() throws IOException {
    int looked = start;
    while (true) {
      for (int i = looked; i + 3 < end; i++) {
        if (buffer[i] == '\r'
            && buffer[i + 1] == '\n'
            && buffer[i + 2] == '\r'
            && buffer[i + 3] == '\n') {
          return i + 4;
        }
      }
      int kept = end - start;
      if (!fill()) {
        throw new EOFException(
            "The connection ends within an answer's head: "
                + new String(buffer, start, kept, StandardCharsets.ISO_8859_1));
      }
      looked = start + Math.max(0, kept - 3);
    }
  }

  private byte[] bytes(int length) throws IOException {
    while (end - start < length) {
      if (!fill()) {
        throw new EOFException("The connection ends within an answer's body");
      }
    }
    byte[] bytes = Arrays.copyOfRange(buffer, start, start + length);
    start += length;
    return bytes;
  }

  /** Reads what has come, at least a byte; false at the end. Moves what is unread to the front. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(0, read);
    return read > 0;
  }
}
