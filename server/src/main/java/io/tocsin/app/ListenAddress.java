package io.tocsin.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where to listen.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 takes a free one
 */
public record ListenAddress(String host, int port) {

  /** Reads {@code HOST:PORT}, {@code [IPv6]:PORT}. */
  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      host = "";
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (!host.isBlank() && port >= 0 && port <= 65_535) {
        return new ListenAddress(host, port);
      }
    } catch (NumberFormatException e) {
      // Said below, like everything else that is wrong with it.
    }
    throw new IllegalArgumentException(
        "expected HOST:PORT, for example 127.0.0.1:15868 or [::1]:15868");
  }

  /** Only this machine can reach it. A name counts as what it resolves to now. */
  boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The next port on the same host; 0 stays 0. */
  public ListenAddress next() {
    return new ListenAddress(host, port == 0 || port == 65_535 ? 0 : port + 1);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
