package io.tocsin.http;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the listener shows to its clients, and asks of them, when it speaks TLS. The files are PEM;
 * they are read at the start, and again when their contents change.
 *
 * @param certificate the server's certificate, and after it those up to the root's, which may be
 *     left out
 * @param key the certificate's private key, not encrypted: PKCS#8, or OpenSSL's older forms for RSA
 *     and EC
 * @param clientCa certificates of which one must have signed the client's; null where clients need
 *     no certificate
 */
public record TlsSettings(Path certificate, Path key, @Nullable Path clientCa) {}
