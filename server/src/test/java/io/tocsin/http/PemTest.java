package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  /** A key that guards nothing, as "openssl ecparam -genkey" writes one. */
  private static final String EC_AS_OPENSSL_WRITES_IT =
      """
      -----BEGIN EC PARAMETERS-----
      BggqhkjOPQMBBw==
      -----END EC PARAMETERS-----
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIPpVi2oOmPPHb/bI3gpnVAyFAlvbFZ7vs4SRo7JG2ZbroAoGCCqGSM49
      AwEHoUQDQgAEl4w1pmLyMI6IWj6ilESnAztx0/7aigEIozJ7dBlAiON7FOyzpXQw
      nQuWsdLPYANGIAXuZqfsSnWeiXblgJmR8w==
      -----END EC PRIVATE KEY-----
      """;

  /** The same after "openssl pkcs8 -topk8". */
  private static final String SAME_AS_PKCS8 =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+lWLag6Y88dv9sje
      CmdUDIUCW9sVnu+zhJGjskbZluuhRANCAASXjDWmYvIwjohaPqKURKcDO3HT/tqK
      AQijMnt0GUCI43sU7LOldDCdC5ax0s9gA0YgBe5mp+xKdZ6JduWAmZHz
      -----END PRIVATE KEY-----
      """;

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void readsAnEcKeyInBothForms() throws Exception {
    ECPrivateKey one = (ECPrivateKey) Pem.privateKey(bytes(EC_AS_OPENSSL_WRITES_IT));
    ECPrivateKey other = (ECPrivateKey) Pem.privateKey(bytes(SAME_AS_PKCS8));

    assertThat(one.getS()).isEqualTo(other.getS());
    assertThat(one.getParams()).isEqualTo(other.getParams());
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 2048, 3072})
  void readsAnRsaKeyInBothForms(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

    assertThat(Pem.privateKey(TestCertificate.pem("PRIVATE KEY", pkcs8))).isEqualTo(key);
    assertThat(Pem.privateKey(TestCertificate.pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
  }

  @Test
  void readsAnEd25519Key() throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

    assertThat(Pem.privateKey(TestCertificate.pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @Test
  void readsEveryCertificateOfAChainAndPassesOverTheRest() throws Exception {
    String first =
        new String(
            TestCertificate.make(directory, "first").certificatePem(), StandardCharsets.US_ASCII);
    String second =
        new String(
            TestCertificate.make(directory, "second").certificatePem(), StandardCharsets.US_ASCII);

    assertThat(Pem.certificates(bytes("text\n" + first + SAME_AS_PKCS8 + "\n" + second)))
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=first", "CN=second");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMII=\n"
            + "-----END RSA PRIVATE KEY-----",
      })
  void saysThatAKeyIsEncrypted(String text) {
    assertThatThrownBy(() -> Pem.privateKey(bytes(text)))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("the key is encrypted; store it without a password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rubbish",
        "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMII=\n-----END CERTIFICATE-----",
        "-----BEGIN EC PRIVATE KEY-----\noAQGAv8=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----",
      })
  void refusesWhatIsNeither(String text) {
    assertThatThrownBy(() -> Pem.privateKey(bytes(text)))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> Pem.certificates(bytes(text)))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
