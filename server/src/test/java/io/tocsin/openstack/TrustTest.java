package io.tocsin.openstack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.clock.Clock;
import io.tocsin.compute.CloudLocation;
import io.tocsin.compute.CloudSettings;
import io.tocsin.compute.NovaCloud;
import io.tocsin.compute.ServerId;
import io.tocsin.http.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates on a real socket; a Keystone is what shows them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrustTest {
  @TempDir static Path directory;

  /** Each has signed itself, as an authority would. */
  private static final Map<String, TestCertificate> CERTIFICATES = new HashMap<>();

  @BeforeAll
  static void makeCertificates() throws IOException {
    make("local", "ip:127.0.0.1,dns:localhost");
    make("elsewhere", "dns:keystone.example.org");
    make("stranger", "ip:127.0.0.1,dns:localhost");
  }

  private static void make(String name, String alternativeNames) throws IOException {
    TestCertificate made = TestCertificate.make(directory, name, alternativeNames);
    CERTIFICATES.put(name, made);
    Files.write(pem(name), made.certificatePem());
  }

  private static final ServerId SERVER = new ServerId(new UUID(1, 2));

  private final List<ScriptedKeystone> servers = new ArrayList<>();

  @AfterEach
  void stopServers() {
    servers.forEach(ScriptedKeystone::close);
  }

  @Test
  void takesACertificateOfAnAuthorityInTheFile() {
    assertThat(tokenFrom("local", pem("local"))).isEqualTo("token-1");
  }

  @Test
  void takesEveryAuthorityInTheFileAndPassesOverTheRest() throws IOException {
    Path both = directory.resolve("both.pem");
    Files.writeString(
        both,
        "# Our authorities: Zürich\n"
            + Files.readString(pem("stranger"))
            + "\nSubject: CN=local\n"
            + Files.readString(pem("local")));

    assertThat(tokenFrom("local", both)).isEqualTo("token-1");
    assertThat(tokenFrom("stranger", both)).isEqualTo("token-1");
  }

  @Test
  void takesNoCertificateOfAnAuthorityThatIsNotInTheFile() {
    assertThat(refusalOf("local", pem("stranger"))).contains("PKIX path");
  }

  @Test
  void takesNoCertificateOfAnUnknownAuthorityWithoutAFile() {
    assertThat(refusalOf("local", null)).contains("PKIX path");
  }

  @Test
  void takesNoCertificateOfAnotherHostWhoeverIssuedIt() {
    assertThat(refusalOf("elsewhere", pem("elsewhere"))).contains("127.0.0.1");
    assertThat(servers.getLast().received()).as("no password was sent").isEmpty();
  }

  @Test
  void novasCertificateIsHeldAgainstItsOwnFile() {
    try (ScriptedServer nova = new ScriptedServer(sockets("local"))) {
      nova.reply(ScriptedServer.json(202, ""));
      try (NovaCloud trusting = nova(nova, pem("local"));
          NovaCloud wary = nova(nova, pem("stranger"))) {
        trusting.lock(SERVER);
        assertThatThrownBy(() -> wary.lock(SERVER)).hasMessageContaining("PKIX path");
      }
      assertThat(nova.received()).hasSize(1);
    }
  }

  private static NovaCloud nova(ScriptedServer nova, Path caFile) {
    URI endpoint = URI.create("https://127.0.0.1:" + nova.endpoint().getPort() + "/v2.1");
    Duration time = Duration.ofSeconds(20);
    return new NovaCloud(
        new CloudSettings(endpoint, time, time, 1, 10, 10, 10, 1 << 20),
        new CloudLocation(CloudLocation.usual().catalog(), Trust.in(caFile)),
        null,
        RandomGenerator.getDefault(),
        Clock.system());
  }

  @Test
  void refusesAFileThatIsNoGood() throws IOException {
    assertRefused(directory.resolve("missing.pem"), "no such file");
    assertRefused(directory, "no such file");
    assertRefused(Files.writeString(directory.resolve("empty.pem"), ""), "holds no certificate");
    assertRefused(
        Files.write(directory.resolve("binary.pem"), new byte[] {(byte) 0x80, 0, -1}),
        "holds no certificate");
    assertRefused(
        Files.writeString(
            directory.resolve("damaged.pem"),
            Files.readString(pem("local"))
                + "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        "certificate 2 is damaged");
  }

  private static void assertRefused(Path file, String said) {
    assertThatThrownBy(() -> Trust.in(file))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(said)
        .hasMessageNotContaining("\n");
  }

  private String tokenFrom(String certificate, @Nullable Path caFile) {
    try (Keystone keystone = keystone(serve(certificate), caFile)) {
      return keystone.token();
    }
  }

  private String refusalOf(String certificate, @Nullable Path caFile) {
    return failureOf(serve(certificate), caFile);
  }

  private static String failureOf(URI url, @Nullable Path caFile) {
    try (Keystone keystone = keystone(url, caFile)) {
      CallFailure failure =
          catchThrowableOfType(CallFailedException.class, keystone::token).failure();
      assertThat(failure).isInstanceOf(CallFailure.NoAccess.class);
      return failure.text();
    }
  }

  private static Keystone keystone(URI url, @Nullable Path caFile) {
    return new Keystone(
        new KeystoneSettings(url, ScriptedKeystone.password(), caFile, Duration.ofSeconds(20)),
        RandomGenerator.getDefault(),
        Clock.system());
  }

  private URI serve(String certificate) {
    ScriptedKeystone server = new ScriptedKeystone(sockets(certificate));
    servers.add(server);
    return URI.create("https://127.0.0.1:" + server.url().getPort() + "/identity");
  }

  private static ServerSocketFactory sockets(String certificate) {
    TestCertificate shown = requireNonNull(CERTIFICATES.get(certificate));
    try {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(shown.store(), TestCertificate.PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context.getServerSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Path pem(String name) {
    return directory.resolve(name + ".pem");
  }
}
