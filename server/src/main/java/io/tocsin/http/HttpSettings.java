package io.tocsin.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the listener binds and what it bears. Every limit holds for each client alike.
 *
 * @param host name or address to bind; default {@code 127.0.0.1}
 * @param port TCP port, 0 for any free one; default 15868
 * @param maxConnections open connections; further ones wait in the backlog of the operating system
 *     until one closes; default 8192
 * @param maxRunningRequests requests being read or answered at one moment; the next one is answered
 *     503 at once, and so is one whose body does not come with its head while half of these already
 *     wait for theirs; default 4096
 * @param maxHeaderBytes bytes of request line and header fields together; more is answered 431 (414
 *     where the request line alone is too long); default 16384
 * @param maxBodyBytes bytes of a request body; more is answered 413; default 114688, which is
 *     oslo's
 * @param idleTimeout how long a connection may move no byte in either direction before it is
 *     closed, unless a handler is at work on it; default 30 s
 * @param requestTimeout how long a client may take from the first byte of a request's head to its
 *     last, and again for its body; default 20 s
 * @param trustsProxy whether {@code Forwarded} and {@code X-Forwarded-*} are believed; default
 *     false, since any client can send them
 * @param tls null where the listener speaks plain HTTP; the default
 */
public record HttpSettings(
    String host,
    int port,
    int maxConnections,
    int maxRunningRequests,
    int maxHeaderBytes,
    int maxBodyBytes,
    Duration idleTimeout,
    Duration requestTimeout,
    boolean trustsProxy,
    @Nullable TlsSettings tls) {
  public static final int DEFAULT_MAX_CONNECTIONS = 8192;
  public static final int DEFAULT_MAX_RUNNING_REQUESTS = 4096;
  public static final int DEFAULT_MAX_HEADER_BYTES = 16 * 1024;
  public static final int DEFAULT_MAX_BODY_BYTES = 114_688;
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(20);

  /** Of a listener that speaks plain HTTP and that no proxy stands before. */
  public HttpSettings(
      String host,
      int port,
      int maxConnections,
      int maxRunningRequests,
      int maxHeaderBytes,
      int maxBodyBytes,
      Duration idleTimeout,
      Duration requestTimeout) {
    this(
        host,
        port,
        maxConnections,
        maxRunningRequests,
        maxHeaderBytes,
        maxBodyBytes,
        idleTimeout,
        requestTimeout,
        false,
        null);
  }

  public HttpSettings {
    check(port >= 0 && port <= 65535, "port must be 0 to 65535");
    check(maxConnections > 0, "maxConnections must be positive");
    check(maxRunningRequests > 0, "maxRunningRequests must be positive");
    check(maxHeaderBytes >= 256, "maxHeaderBytes must be at least 256");
    check(maxBodyBytes >= 0, "maxBodyBytes must not be negative");
    check(idleTimeout.toMillis() > 0, "idleTimeout must be at least 1 ms");
    check(requestTimeout.toMillis() > 0, "requestTimeout must be at least 1 ms");
  }

  /** That address with every limit at its default. */
  public static HttpSettings at(String host, int port) {
    return new HttpSettings(
        host,
        port,
        DEFAULT_MAX_CONNECTIONS,
        DEFAULT_MAX_RUNNING_REQUESTS,
        DEFAULT_MAX_HEADER_BYTES,
        DEFAULT_MAX_BODY_BYTES,
        DEFAULT_IDLE_TIMEOUT,
        DEFAULT_REQUEST_TIMEOUT);
  }

  /** The same behind a proxy whose word is taken, or not. */
  public HttpSettings trustingProxy(boolean trusts) {
    return with(trusts, tls);
  }

  /** The same over TLS; null for plain HTTP. */
  public HttpSettings withTls(@Nullable TlsSettings newTls) {
    return with(trustsProxy, newTls);
  }

  private HttpSettings with(boolean newTrustsProxy, @Nullable TlsSettings newTls) {
    return new HttpSettings(
        host,
        port,
        maxConnections,
        maxRunningRequests,
        maxHeaderBytes,
        maxBodyBytes,
        idleTimeout,
        requestTimeout,
        newTrustsProxy,
        newTls);
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
