package io.tocsin.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final String PASSWORD = "only-for-this-test";

  @TempDir static Path directory;

  /** Each signs itself, as an authority would: {@code NAME.p12} and {@code NAME.pem}. */
  @BeforeAll
  static void makeCertificates() throws Exception {
    make("local", "san=ip:127.0.0.1,dns:localhost");
    make("elsewhere", "san=dns:keystone.example.org");
    make("stranger", "san=ip:127.0.0.1,dns:localhost");
  }

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
    try (InputStream file = Files.newInputStream(directory.resolve(certificate + ".p12"))) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(file, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context.getServerSocketFactory();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Path pem(String name) {
    return directory.resolve(name + ".pem");
  }

  private static void make(String name, String alternativeNames) throws Exception {
    keytool(
        name,
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            alternativeNames,
            "-ext",
            "bc=ca:true",
            "-validity",
            "2"));
    keytool(name, List.of("-exportcert", "-rfc", "-alias", name, "-file", pem(name).toString()));
  }

  /** The JDK that runs the tests has it. */
  private static void keytool(String store, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(
        List.of(
            "-keystore",
            directory.resolve(store + ".p12").toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }
}
