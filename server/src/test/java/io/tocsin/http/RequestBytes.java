package io.tocsin.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A request as it goes over the wire, whatever it says, with its framing right. */
public final class RequestBytes {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NEW_LINE = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  /** Every so many bodies one is sent in chunks. */
  private static final int IN_CHUNKS = 6;

  private final StringBuilder head;

  /** No fields yet but {@code Host}. */
  public RequestBytes(String method, String target) {
    head = new StringBuilder("%s %s HTTP/1.1\r\nHost: ha.example\r\n".formatted(method, target));
  }

  public RequestBytes field(String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
    return this;
  }

  /** With that body, sent now by its length, now in chunks. */
  public byte[] with(byte[] body, RandomTexts texts) {
    byte[] framed = framed(body, texts);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(framed);
    return request.toByteArray();
  }

  private byte[] framed(byte[] body, RandomTexts texts) {
    if (body.length == 0 || !texts.sometimes(IN_CHUNKS)) {
      field("Content-Length", Integer.toString(body.length));
      return body;
    }
    field("Transfer-Encoding", "chunked");
    int half = texts.number(body.length);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    chunk(chunks, body, 0, half);
    chunk(chunks, body, half, body.length - half);
    chunks.writeBytes(LAST_CHUNK);
    return chunks.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream to, byte[] body, int from, int length) {
    if (length > 0) {
      to.writeBytes(Integer.toHexString(length).getBytes(StandardCharsets.US_ASCII));
      to.writeBytes(NEW_LINE);
      to.write(body, from, length);
      to.writeBytes(NEW_LINE);
    }
  }

  /** For a URL, every byte of it. */
  public static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append('%').append(HEX.toHexDigits(b));
    }
    return encoded.toString();
  }
}
