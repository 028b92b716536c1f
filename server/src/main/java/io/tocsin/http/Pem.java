package io.tocsin.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in the text form that OpenSSL writes (RFC 7468). */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----");
  private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int EC_PARAMETERS = 0xA0;
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA_ALGORITHM = {
    0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
  };
  private static final byte[] EC_KEY_ID = {
    0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1
  };

  private Pem() {}

  /** One thing between {@code BEGIN} and {@code END}. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  private record Block(String label, byte[] content) {}

  /** Every certificate of the text, in its order; at least one. */
  static List<X509Certificate> certificates(byte[] text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(block.content())));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no certificate in it");
    }
    return certificates;
  }

  /** The first private key of the text. */
  static PrivateKey privateKey(byte[] text) throws GeneralSecurityException {
    for (Block block : blocks(text)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(block.content());
        }
        case "RSA PRIVATE KEY" -> {
          refuseEncrypted(block);
          return key(wrapped(RSA_ALGORITHM, block.content()));
        }
        case "EC PRIVATE KEY" -> {
          refuseEncrypted(block);
          byte[] algorithm = der(SEQUENCE, EC_KEY_ID, curve(block.content()));
          return key(wrapped(algorithm, block.content()));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new GeneralSecurityException("the key is encrypted; store it without a password");
        default -> {
          // Certificates and EC parameters may stand beside the key.
        }
      }
    }
    throw new GeneralSecurityException("no private key in it");
  }

  private static List<Block> blocks(byte[] text) throws GeneralSecurityException {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1));
    while (block.find()) {
      byte[] content = {};
      // OpenSSL's old way of encrypting puts headers here.
      if (!block.group(2).contains(":")) {
        try {
          content = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
          throw new GeneralSecurityException("not in PEM's form", e);
        }
      }
      blocks.add(new Block(block.group(1), content));
    }
    return blocks;
  }

  private static void refuseEncrypted(Block block) throws GeneralSecurityException {
    if (block.content().length == 0) {
      throw new GeneralSecurityException("the key is encrypted; store it without a password");
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String type : KEY_TYPES) {
      try {
        return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException _) {
        // Of another type, perhaps of the next.
      }
    }
    throw new GeneralSecurityException("the key is none that can be used: RSA, EC or EdDSA");
  }

  /** PKCS#8: a version, the key's algorithm, the key itself (RFC 5208). */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
  }

  /** The curve's object id in an EC key (RFC 5915): the first in its parameters. */
  private static byte[] curve(byte[] key) throws GeneralSecurityException {
    for (int i = 0; i + 3 < key.length; i++) {
      boolean isCurve = (key[i] & 0xFF) == EC_PARAMETERS && key[i + 2] == OBJECT_ID;
      int end = i + 4 + key[i + 3];
      if (isCurve && key[i + 1] == key[i + 3] + 2 && end <= key.length) {
        return Arrays.copyOfRange(key, i + 2, end);
      }
    }
    throw new GeneralSecurityException("the key does not name its curve");
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length > 0x7F) {
      boolean isLong = length > 0xFF;
      out.write(isLong ? 0x82 : 0x81);
      if (isLong) {
        out.write(length >> 8);
      }
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
