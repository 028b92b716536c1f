package io.tocsin.openstack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates a service may show. Its host name is checked against its certificate, whoever
 * issued that.
 */
public final class Trust {
  /** A system's whole bundle has about 200 KiB. */
  private static final long LARGEST_FILE = 16L << 20;

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", Pattern.DOTALL);

  private final @Nullable SSLContext context;

  private Trust(@Nullable SSLContext context) {
    this.context = context;
  }

  /** The authorities that the Java runtime trusts. */
  public static Trust usual() {
    return new Trust(null);
  }

  /**
   * The authorities in that file, and no others.
   *
   * @param file PEM, one certificate or more; what else is in it is passed over. Null: the usual
   *     ones
   * @throws TrustException when it cannot be read or holds none, with one line for people
   */
  public static Trust in(@Nullable Path file) {
    if (file == null) {
      return usual();
    }
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      for (Certificate authority : certificates(file)) {
        authorities.setCertificateEntry("ca-" + authorities.size(), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return new Trust(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new TrustException(file + ": " + reason(e), e);
    }
  }

  private static List<Certificate> certificates(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new TrustException(file + ": no such file, or it cannot be read", null);
    }
    if (Files.size(file) > LARGEST_FILE) {
      throw new TrustException(file + ": is too large to hold certificates", null);
    }
    Matcher block = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    List<Certificate> certificates = new ArrayList<>();
    while (block.find()) {
      certificates.add(certificate(file, certificates.size() + 1, block.group(1)));
    }
    if (certificates.isEmpty()) {
      throw new TrustException(file + ": holds no certificate in PEM form", null);
    }
    return certificates;
  }

  private static Certificate certificate(Path file, int number, String base64) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new TrustException(file + ": certificate " + number + " is damaged", e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Null for the runtime's own. */
  public @Nullable SSLContext context() {
    return context;
  }
}
