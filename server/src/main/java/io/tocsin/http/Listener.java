package io.tocsin.http;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: HTTP/1.1 and 1.0, every request on its own virtual thread. It is started once,
 * and stopped as often as one likes.
 */
public final class Listener implements AutoCloseable {
  /** Platform threads for accepting and selecting; requests do not run on them. */
  private static final int MAX_SELECTOR_THREADS = 16;

  private static final int ACCEPT_QUEUE = 1024;
  private static final int OUTPUT_BUFFER_BYTES = 32 * 1024;
  private static final Duration LOOK_AT_TLS_FILES_EVERY = Duration.ofSeconds(5);
  private static final Duration STOP_AT_ONCE = Duration.ZERO;

  private final HttpSettings settings;
  private final Clock clock;
  private final Server server;
  private final ServerConnector connector;
  private final RunningRequests running;
  private final HeadWatch headWatch;
  private final @Nullable Tls tls;
  private final OpenSockets sockets = new OpenSockets();
  private final ExecutorService requestThreads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

  /**
   * @param random makes request ids; used under a lock of the listener's own
   * @throws ListenException when the certificate or its key cannot be used
   */
  public Listener(HttpSettings settings, Mounts mounts, Clock clock, RandomGenerator random) {
    this(settings, mounts, clock, random, HttpMetrics.none());
  }

  /**
   * One whose requests are counted.
   *
   * @param random makes request ids; used under a lock of the listener's own
   * @throws ListenException when the certificate or its key cannot be used
   */
  public Listener(
      HttpSettings settings,
      Mounts mounts,
      Clock clock,
      RandomGenerator random,
      HttpMetrics metrics) {
    this(settings, mounts, clock, random, metrics, LOOK_AT_TLS_FILES_EVERY);
  }

  Listener(
      HttpSettings settings,
      Mounts mounts,
      Clock clock,
      RandomGenerator random,
      HttpMetrics metrics,
      Duration lookAtTlsFilesEvery) {
    TlsSettings tlsSettings = settings.tls();
    this.tls = tlsSettings == null ? null : new Tls(tlsSettings, lookAtTlsFilesEvery);
    this.settings = settings;
    this.clock = clock;
    this.running = new RunningRequests(settings.maxRunningRequests());
    this.server = new Server(threads(requestThreads));
    this.connector = new GentleConnector(server, factories(settings, tls), sockets);
    Set<Connection> busy = ConcurrentHashMap.newKeySet();
    RequestIds ids = new RequestIds(random);
    AccessLog accessLog = new AccessLog(metrics);
    metrics.show(running);
    configure(connector);
    server.addConnector(connector);
    server.addBean(limit());
    server.setHandler(new Reception(settings, mounts, clock, ids, running, busy, accessLog));
    server.setErrorHandler(new RefusedHeads(settings, mounts, ids, clock, accessLog));
    this.headWatch = new HeadWatch(connector, busy, clock, settings.requestTimeout());
  }

  /**
   * Binds and answers from then on.
   *
   * @throws ListenException when the address cannot be had
   */
  public void start() {
    String address = "%s:%d".formatted(settings.host(), settings.port());
    try {
      connector.open();
      server.start();
    } catch (Exception failure) {
      close();
      throw new ListenException(address, failure);
    }
    headWatch.start();
    if (tls != null) {
      tls.watch(connector.getScheduler());
    }
  }

  /** Whether clients must speak TLS. */
  public boolean isSecure() {
    return tls != null;
  }

  /** The bound address with the real port; only after {@link #start()}. */
  public InetSocketAddress address() {
    int port = connector.getLocalPort();
    if (port <= 0) {
      throw new IllegalStateException("The listener is not started");
    }
    return new InetSocketAddress(settings.host(), port);
  }

  /**
   * Accepts no more connections, lets running requests end for at most {@code limit}, then
   * interrupts the rest and closes every connection. Requests that come over connections already
   * open are answered meanwhile, and their connections closed after. May be repeated.
   *
   * @return true when no request was cut off
   */
  public boolean drain(Duration limit) {
    CompletableFuture<Void> _ = connector.shutdown();
    boolean isDrained = false;
    try {
      isDrained = running.awaitNone(Deadline.in(limit, clock));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    headWatch.stop();
    if (tls != null) {
      tls.stop();
    }
    stopServer();
    return isDrained;
  }

  /** Stops at once, interrupting what runs. May be repeated. */
  @Override
  public void close() {
    drain(STOP_AT_ONCE);
  }

  private void stopServer() {
    try {
      server.stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      throw new IllegalStateException("The listener does not stop", failure);
    } finally {
      requestThreads.shutdownNow();
      sockets.closeAll();
    }
  }

  /** The open connections, for tests to look at. */
  OpenSockets sockets() {
    return sockets;
  }

  private static QueuedThreadPool threads(ExecutorService requestThreads) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_SELECTOR_THREADS);
    threads.setName("http");
    threads.setVirtualThreadsExecutor(requestThreads);
    return threads;
  }

  private static HttpConfiguration configuration(HttpSettings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(settings.maxHeaderBytes());
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setSendDateHeader(true);
    http.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
    // Paths go to our own route tables and never to a file system: nothing in them is ambiguous.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  private static ConnectionFactory[] factories(HttpSettings settings, @Nullable Tls tls) {
    HttpConfiguration configuration = configuration(settings);
    HttpConnectionFactory http = new OneReaderConnections(configuration);
    if (tls == null) {
      return new ConnectionFactory[] {http};
    }
    // Makes a request's scheme https. A name in the handshake other than Host's is none of ours.
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    return new ConnectionFactory[] {
      new SslConnectionFactory(tls.factory(), http.getProtocol()), http
    };
  }

  private void configure(ServerConnector it) {
    it.setHost(settings.host());
    it.setPort(settings.port());
    it.setIdleTimeout(settings.idleTimeout().toMillis());
    // While draining too: whoever is in the middle of a request keeps the time they were promised.
    it.setShutdownIdleTimeout(settings.idleTimeout().toMillis());
    it.setAcceptQueueSize(ACCEPT_QUEUE);
    // With Nagle on, an answer of 36 kB waits 40 ms for the client's delayed acknowledgement.
    it.setAcceptedTcpNoDelay(true);
  }

  /**
   * Does not interrupt {@code accept}: the JDK then loses the socket that it has just accepted, and
   * its client waits for an answer until it gives up. Closing the server socket wakes it as well.
   */
  private static final class GentleConnector extends ServerConnector {
    private static final int ACCEPTORS = 1;
    private static final int AS_MANY_SELECTORS_AS_JETTY_LIKES = -1;

    private final OpenSockets sockets;

    GentleConnector(Server server, ConnectionFactory[] factories, OpenSockets sockets) {
      super(server, ACCEPTORS, AS_MANY_SELECTORS_AS_JETTY_LIKES, factories);
      this.sockets = sockets;
      addBean(sockets);
    }

    /** The first that is heard of a socket, on the accepting thread. */
    @Override
    protected void configure(Socket socket) {
      sockets.add(socket.getChannel());
      super.configure(socket);
    }

    @Override
    protected void interruptAcceptors() {
      if (!isAccepting()) {
        super.interruptAcceptors();
      }
    }
  }

  private NetworkConnectionLimit limit() {
    return new NetworkConnectionLimit(settings.maxConnections(), connector);
  }
}
