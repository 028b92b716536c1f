package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.TestCertificate;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server in a real process: what makes it start, refuse and stop. */
class ServeTest {
  @TempDir Path directory;

  @Test
  void answersWhenItSaysReadyAndStopsOnSigterm() {
    try (TocsinProcess server = serve(external(), "--listen", "127.0.0.1:0")) {
      URI url = server.awaitReady();
      try (ApiClient api = new ApiClient(url)) {
        assertThat(url.getPort()).isPositive();
        assertThat(api.read("/healthcheck").path("reasons").path(0).asString()).isEqualTo("OK");
        assertThat(api.read("/v1/segments").path("segments")).isEmpty();
      }

      server.terminate();

      assertThat(server.awaitEnd(Duration.ofSeconds(30))).as(server.err()).isZero();
      assertThat(server.out().lines()).containsExactly("ready " + url);
    }
  }

  @Test
  void speaksTlsWhereACertificateIsNamed() throws Exception {
    TestCertificate certificate = TestCertificate.make(directory, "server");
    Path pem = Files.write(directory.resolve("server.pem"), certificate.certificatePem());
    Path key = Files.write(directory.resolve("server.key"), certificate.keyPem());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(certificate.store());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (TocsinProcess server =
            serve(
                external(),
                "--listen",
                "127.0.0.1:0",
                "--set",
                "tls.certificate=" + pem,
                "--set",
                "tls.key=" + key);
        HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      URI url = server.awaitReady();
      HttpRequest request = HttpRequest.newBuilder(url.resolve("/")).build();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(url.getScheme()).isEqualTo("https");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"href\":\"" + url + "/v1/\"");
    }
  }

  @Test
  void refusesACertificateThatIsNotThereInOneLine() {
    try (TocsinProcess server =
        serve(
            external(),
            "--listen",
            "127.0.0.1:0",
            "--set",
            "tls.certificate=/nowhere.pem",
            "--set",
            "tls.key=/nowhere.key")) {
      assertThat(server.awaitEnd()).isEqualTo(1);
      assertThat(server.err().lines())
          .last()
          .isEqualTo("tocsin: Cannot speak TLS with /nowhere.pem: no such file");
    }
  }

  @Test
  void refusesABadConfigurationInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("t.yaml"), "databse:\n  url: x\nlisten: 7\n");

    try (TocsinProcess server = serve(Map.of(), "--config", file.toString())) {
      assertThat(server.awaitEnd()).isEqualTo(1);
      assertThat(server.out()).isEmpty();
      assertThat(server.err().lines())
          .singleElement()
          .asString()
          .startsWith("tocsin: ")
          .contains("did you mean 'database.url'?", "listen: '7'");
    }
  }

  @Test
  void refusesADatabaseThatCannotBeReachedInOneLineWithoutThePassword() {
    Map<String, String> nowhere =
        Map.of(
            "TOCSIN_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/tocsin",
            "TOCSIN_DATABASE_PASSWORD", "hunter2");

    try (TocsinProcess server = serve(nowhere, "--listen", "127.0.0.1:0")) {
      assertThat(server.awaitEnd()).isEqualTo(1);
      assertThat(server.err().lines())
          .singleElement()
          .asString()
          .startsWith("tocsin: ")
          .contains("127.0.0.1:1")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void refusesAPortInUseInOneLineAndLeavesNothingBehind() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "127.0.0.1:" + taken.getLocalPort();
      try (TocsinProcess server =
          serve(Map.of(), "--listen", listen, "--data", directory.resolve("data").toString())) {
        assertThat(server.awaitEnd()).isEqualTo(1);
        assertThat(server.out()).isEmpty();
        assertThat(server.err().lines().toList().getLast()).startsWith("tocsin: ").contains(listen);
      }
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(p -> p.info().commandLine().orElse("").contains(directory.toString()));
    }
  }

  @Test
  void aSecondServerOnTheSameDataDirectoryIsRefusedInOneLine() {
    String[] flags = {"--listen", "127.0.0.1:0", "--data", directory.resolve("data").toString()};
    try (TocsinProcess first = serve(Map.of(), flags)) {
      first.awaitReady();
      try (TocsinProcess second = serve(Map.of(), flags)) {
        assertThat(second.awaitEnd()).isEqualTo(1);
        assertThat(second.out()).isEmpty();
        assertThat(second.err().lines()).singleElement().asString().contains("data");
      }
      first.terminate();
      assertThat(first.awaitEnd(Duration.ofSeconds(40))).as(first.err()).isZero();
    }
  }

  @Test
  void configShowPrintsWhatIsInForceWithoutSecrets() {
    Map<String, String> environment =
        Map.of("TOCSIN_DATABASE_PASSWORD", "hunter2", "TOCSIN_STOP_GRACE", "3s");

    try (TocsinProcess show =
        TocsinProcess.start(directory, environment, "config", "show", "--listen", "[::1]:1")) {
      assertThat(show.awaitEnd()).isZero();
      assertThat(show.out())
          .contains("listen: [::1]:1\n", "stop.grace: 3s\n", "database.password: ***\n")
          .doesNotContain("hunter2");
    }
  }

  private TocsinProcess serve(Map<String, String> environment, String... flags) {
    String[] all = new String[flags.length + 1];
    all[0] = "serve";
    System.arraycopy(flags, 0, all, 1, flags.length);
    return TocsinProcess.start(directory, environment, all);
  }

  private static Map<String, String> external() {
    DatabaseSettings database = TestDatabase.create().settings();
    return Map.of(
        "TOCSIN_DATABASE_URL", database.url(),
        "TOCSIN_DATABASE_USER", database.user(),
        "TOCSIN_DATABASE_PASSWORD", database.password().value());
  }
}
