package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTlsTest {
  private static final Duration OFTEN = Duration.ofMillis(20);

  /** Long enough for a good handshake on a slow machine. */
  private static final Duration SHORT = Duration.ofMillis(1_500);

  private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir static Path shared;
  private static TestCertificate server;
  private static TestCertificate successor;
  private static TestCertificate client;

  @TempDir Path directory;
  private Path certificate;
  private Path key;
  private @Nullable Listener listener;

  @BeforeAll
  static void make() {
    server = TestCertificate.make(shared, "server");
    successor = TestCertificate.make(shared, "successor");
    client = TestCertificate.make(shared, "client");
  }

  @BeforeEach
  void store() throws IOException {
    certificate = directory.resolve("server.pem");
    key = directory.resolve("server.key");
    use(server);
  }

  @AfterEach
  void stop() {
    if (listener != null) {
      listener.close();
    }
  }

  private void use(TestCertificate it) throws IOException {
    Files.write(certificate, it.certificatePem());
    Files.write(key, it.keyPem());
  }

  /** At one moment, so that nobody sees half of it. */
  private void replace(Path file, byte[] content) throws IOException {
    Path whole = Files.write(directory.resolve("whole.tmp"), content);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Listener start(@Nullable Path clientCa, Duration timeout) {
    HttpSettings settings =
        new HttpSettings("127.0.0.1", 0, 100, 100, 4096, 1000, timeout, timeout)
            .withTls(new TlsSettings(certificate, key, clientCa));
    Mounts mounts = Mounts.of().with("/v1", new Echo(), ErrorPages.PLAIN);
    Listener started =
        new Listener(
            settings, mounts, Clock.system(), new SplittableRandom(1), HttpMetrics.none(), OFTEN);
    listener = started;
    started.start();
    return started;
  }

  private Listener start() {
    return start(null, Duration.ofSeconds(20));
  }

  private static SSLContext trusting(TestCertificate trusted, @Nullable TestCertificate own)
      throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("it", trusted.store().getCertificate("it"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own == null ? null : own.store(), TestCertificate.PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> ask(Listener it, SSLContext context, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("https://127.0.0.1:%d%s".formatted(it.address().getPort(), path));
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("hi")).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private static SSLSocket connect(Listener it, SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", it.address().getPort());
  }

  private static String shown(Listener it, SSLContext context) throws IOException {
    try (SSLSocket socket = connect(it, context)) {
      socket.startHandshake();
      X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return seen.getSubjectX500Principal().getName();
    }
  }

  /** Java's client offers HTTP/2 in the handshake. */
  @Test
  void speaksHttp11OverTlsAndMakesLinksOfIt() throws Exception {
    Listener it = start();

    HttpResponse<String> answer = ask(it, trusting(server, null), "/v1/x");

    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(answer.body())
        .isEqualTo("POST /v1/x at https://127.0.0.1:%d with 6869", it.address().getPort());
    assertThat(it.isSecure()).isTrue();
  }

  @Test
  void keepsConnectionsOpenAndAnswersWhateverNameTheHandshakeGave() throws Exception {
    try (SSLSocket socket = connect(start(), trusting(server, null))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName("elsewhere.example")));
      socket.setSSLParameters(parameters);
      RawClient raw = new RawClient(socket);

      assertThat(raw.send(GET).answer().body()).isEqualTo("GET /v1/x at https://a");
      assertThat(raw.send(GET).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void offersNoProtocolBelowTls12() throws Exception {
    try (SSLSocket socket = connect(start(), trusting(server, null))) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
    }
    assertThat(new Tls(new TlsSettings(certificate, key, null), OFTEN).factory())
        .satisfies(factory -> {
          factory.start();
          assertThat(Arrays.asList(factory.newSSLEngine().getEnabledProtocols()))
              .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        });
  }

  @Test
  void endsAConnectionThatDoesNotSpeakTls() throws Exception {
    Listener it = start();
    try (RawClient plain = new RawClient(it.address())) {
      assertThat(plain.send(GET).everything()).doesNotContain("HTTP/1.1 2", "xception", "etty");
    }
    assertThat(ask(it, trusting(server, null), "/v1/x").statusCode()).isEqualTo(200);
  }

  @Test
  void asksClientsForACertificateWhereACaIsNamed() throws Exception {
    Path ca = Files.write(directory.resolve("ca.pem"), client.certificatePem());
    Listener it = start(ca, Duration.ofSeconds(20));

    assertThat(ask(it, trusting(server, client), "/v1/x").statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> ask(it, trusting(server, null), "/v1/x"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ask(it, trusting(server, successor), "/v1/x"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void takesOverNewFilesWithoutEndingConnections() throws Exception {
    Listener it = start();
    try (SSLSocket before = connect(it, trusting(server, null))) {
      RawClient raw = new RawClient(before);
      assertThat(raw.send(GET).answer().status()).isEqualTo(200);

      use(successor);
      SSLContext trust = trusting(successor, null);
      Waiting.until(() -> shows(it, trust, "CN=successor"));

      assertThat(raw.send(GET).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void keepsTheOldFilesWhileTheNewOnesAreNoGood() throws Exception {
    Listener it = start();
    try (LoggedLines lines = LoggedLines.of(Tls.class.getName())) {
      replace(certificate, successor.certificatePem());
      Waiting.until(() -> !lines.atLevel(Level.ERROR).isEmpty());
      assertThat(shown(it, trusting(server, null))).isEqualTo("CN=server");

      Files.delete(key);
      replace(key, successor.keyPem());
      SSLContext trust = trusting(successor, null);
      Waiting.until(() -> shows(it, trust, "CN=successor"));
      assertThat(lines.atLevel(Level.ERROR)).as("said once").hasSize(1);
    }
  }

  private static boolean shows(Listener it, SSLContext context, String name) {
    try {
      return shown(it, context).equals(name);
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void refusesFilesThatAreNoGoodAndNamesThem() throws Exception {
    Files.write(key, successor.keyPem());
    refuses(key + ": the key does not belong to the certificate");
    Files.writeString(key, "nothing");
    refuses(key + ": no private key in it");
    Files.delete(key);
    refuses(key + ": no such file");
    Files.writeString(certificate, "nothing");
    Files.write(key, server.keyPem());
    refuses(certificate + ": no certificate in it");
  }

  private void refuses(String why) {
    HttpSettings settings =
        HttpSettings.at("127.0.0.1", 0).withTls(new TlsSettings(certificate, key, null));
    assertThatThrownBy(() -> Echo.listener(settings))
        .isInstanceOf(ListenException.class)
        .hasMessage("Cannot speak TLS with " + why);
  }

  @Test
  void closesConnectionsThatNeverFinishTheHandshakeOrDripTheirHead() throws Exception {
    Listener it = start(null, SHORT);
    try (RawClient silent = new RawClient(it.address());
        RawClient half = new RawClient(it.address());
        SSLSocket dripping = connect(it, trusting(server, null))) {
      half.send("\u0016\u0003\u0001\u0002\u0000");
      assertThat(new RawClient(dripping).send("GET /v1/x HTTP/1.1\r\nX: ").dripsUntilClosed())
          .isTrue();
      assertThat(silent.everything()).isEmpty();
      assertThat(half.everything()).doesNotContain("HTTP");
    }
  }

  @Test
  void leavesASlowHandlerItsTime() throws Exception {
    Echo echo = new Echo();
    HttpSettings settings =
        new HttpSettings("127.0.0.1", 0, 100, 100, 4096, 1000, SHORT, SHORT)
            .withTls(new TlsSettings(certificate, key, null));
    try (Listener slow = Echo.listener(settings, echo)) {
      slow.start();
      try (SSLSocket socket = connect(slow, trusting(server, null))) {
        RawClient raw = new RawClient(socket).send("GET /v1/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        echo.arrived.await();
        assertThatThrownBy(() -> raw.answerWithin(SHORT.multipliedBy(2)))
            .isInstanceOf(SocketTimeoutException.class);
        echo.mayLeave.countDown();
        assertThat(raw.answer().body()).isEqualTo("left true");
      }
    }
  }
}
