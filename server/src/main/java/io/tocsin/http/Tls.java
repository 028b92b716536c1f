package io.tocsin.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as the listener speaks it: 1.2 and 1.3, with Jetty's choice of ciphers. Looks at the files
 * now and then and takes over what has changed; a change that is no good leaves what was there.
 */
final class Tls {
  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  private static final String PASSWORD_IN_MEMORY = "none";
  private static final byte[] PROBE = {1, 2, 3};

  private final TlsSettings settings;
  private final Duration lookEvery;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();

  /** Touched by one look at a time; the scheduler orders them. */
  private Contents seen;

  private volatile boolean stopped;

  /** The files' contents at one moment. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  private record Contents(byte[] certificate, byte[] key, byte @Nullable [] clientCa) {
    boolean isSameAs(Contents other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(clientCa, other.clientCa);
    }
  }

  /** What the contents mean. */
  private record Material(KeyStore own, @Nullable KeyStore trusted, X509Certificate certificate) {}

  /**
   * Reads the files.
   *
   * @throws ListenException when one of them is no good; its line names the file
   */
  Tls(TlsSettings settings, Duration lookEvery) {
    this.settings = settings;
    this.lookEvery = lookEvery;
    try {
      seen = read();
      use(factory, material(seen));
    } catch (TlsFileException bad) {
      throw new ListenException(bad);
    }
    factory.setNeedClientAuth(settings.clientCa() != null);
    // One certificate serves every name; whether it fits is the client's to say.
    factory.setSniRequired(false);
    factory.setEndpointIdentificationAlgorithm(null);
  }

  SslContextFactory.Server factory() {
    return factory;
  }

  void watch(Scheduler scheduler) {
    scheduler.schedule(
        () -> {
          if (!stopped) {
            look();
            watch(scheduler);
          }
        },
        lookEvery.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  void stop() {
    stopped = true;
  }

  /** Says what is wrong once for each change, not at each look. */
  private void look() {
    Contents now;
    try {
      now = read();
    } catch (TlsFileException _) {
      // Being replaced, perhaps; whoever removes it for good finds out at the next start.
      return;
    }
    if (now.isSameAs(seen)) {
      return;
    }
    seen = now;
    try {
      Material fresh = material(now);
      factory.reload(it -> use((SslContextFactory.Server) it, fresh));
      log.atInfo()
          .addKeyValue("subject", fresh.certificate().getSubjectX500Principal())
          .addKeyValue("until", fresh.certificate().getNotAfter().toInstant())
          .log("TLS files have changed and are used from now on");
    } catch (Exception bad) {
      log.atError()
          .addKeyValue("reason", bad.getMessage())
          .log("TLS files have changed and are no good; the old ones stay in use");
    }
  }

  private static void use(SslContextFactory.Server factory, Material material) {
    factory.setKeyStore(material.own());
    factory.setKeyStorePassword(PASSWORD_IN_MEMORY);
    factory.setTrustStore(material.trusted());
  }

  private Contents read() {
    Path clientCa = settings.clientCa();
    return new Contents(
        read(settings.certificate()),
        read(settings.key()),
        clientCa == null ? null : read(clientCa));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsFileException(file, "no such file", e);
    } catch (IOException e) {
      throw new TlsFileException(file, "cannot be read", e);
    }
  }

  private Material material(Contents files) {
    List<X509Certificate> chain =
        of(settings.certificate(), () -> Pem.certificates(files.certificate()));
    PrivateKey key = of(settings.key(), () -> Pem.privateKey(files.key()));
    return of(
        settings.key(),
        () -> {
          requirePair(key, chain.getFirst().getPublicKey());
          KeyStore own = empty();
          own.setKeyEntry(
              "server",
              key,
              PASSWORD_IN_MEMORY.toCharArray(),
              chain.toArray(X509Certificate[]::new));
          return new Material(own, trusted(files), chain.getFirst());
        });
  }

  private @Nullable KeyStore trusted(Contents files) throws GeneralSecurityException {
    Path file = settings.clientCa();
    byte[] text = files.clientCa();
    if (file == null || text == null) {
      return null;
    }
    KeyStore trusted = empty();
    for (X509Certificate ca : of(file, () -> Pem.certificates(text))) {
      trusted.setCertificateEntry("ca-" + trusted.size(), ca);
    }
    return trusted;
  }

  /** What one signs the other must know; files of two generations would refuse every client. */
  private static void requirePair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    boolean fits = false;
    if (isAlike(key.getAlgorithm(), certified.getAlgorithm())) {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(PROBE);
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(certified);
      checking.update(PROBE);
      fits = checking.verify(signing.sign());
    }
    if (!fits) {
      throw new GeneralSecurityException("the key does not belong to the certificate");
    }
  }

  private static boolean isAlike(String key, String certified) {
    return key.equals(certified) || (key.startsWith("Ed") && certified.startsWith("Ed"));
  }

  private static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException("no key store", e);
    }
  }

  private interface Reading<T> {
    T read() throws GeneralSecurityException;
  }

  private static <T> T of(Path file, Reading<T> reading) {
    try {
      return reading.read();
    } catch (GeneralSecurityException e) {
      throw new TlsFileException(file, String.valueOf(e.getMessage()), e);
    }
  }
}
