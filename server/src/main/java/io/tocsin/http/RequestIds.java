package io.tocsin.http;

import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes request ids, and knows the one that the current thread works for. */
public final class RequestIds {
  /** The key under which log lines carry the request id. */
  public static final String LOG_KEY = "request_id";

  static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private static final String PREFIX = "req-";
  private static final long VERSION_BITS = 0xF000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final RandomGenerator random;

  RequestIds(RandomGenerator random) {
    this.random = random;
  }

  /** The id of the request being answered, empty outside of one. */
  public static Optional<String> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** The UUID in a request's id; what is no such id is left as it is. */
  public static String uuidOf(String requestId) {
    return requestId.startsWith(PREFIX) ? requestId.substring(PREFIX.length()) : requestId;
  }

  String next() {
    return PREFIX + uuid();
  }

  String nextError() {
    return "err-" + uuid();
  }

  /** Most generators are not safe for use by several threads; the lock makes any of them so. */
  private synchronized UUID uuid() {
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT;
    return new UUID(high, low);
  }
}
