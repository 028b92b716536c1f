package io.tocsin.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** A certificate that has signed itself, with its key; made by the JDK's own keytool. */
@SuppressWarnings("ArrayRecordComponent") // read only
public record TestCertificate(KeyStore store, byte[] certificatePem, byte[] keyPem) {
  @SuppressWarnings("MutablePublicArray") // read only
  public static final char[] PASSWORD = "test-only".toCharArray();

  private static final AtomicInteger MADE = new AtomicInteger();

  /** A new one, for 127.0.0.1; the directory holds what keytool needs. */
  public static TestCertificate make(Path directory, String name) {
    return make(directory, name, "ip:127.0.0.1");
  }

  /**
   * For those names and addresses: {@code dns:localhost,ip:127.0.0.1}.
   *
   * @param directory for a file of its own
   */
  public static TestCertificate make(Path directory, String name, String alternativeNames) {
    Path file = directory.resolve("store-" + MADE.incrementAndGet());
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "it",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=" + name,
                  "-ext",
                  "san=" + alternativeNames,
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-storepass",
                  new String(PASSWORD),
                  "-keystore",
                  file.toString())
              .inheritIO()
              .start();
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException("keytool failed");
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestCertificate read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new TestCertificate(
        store,
        pem("CERTIFICATE", store.getCertificate("it").getEncoded()),
        pem("PRIVATE KEY", store.getKey("it", PASSWORD).getEncoded()));
  }

  static byte[] pem(String label, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(content))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
