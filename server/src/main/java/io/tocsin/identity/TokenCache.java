package io.tocsin.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tocsin.clock.Clock;
import java.time.Duration;

/**
 * What Keystone said about tokens, for a while. Good and bad tokens have room of their own, so that
 * a flood of garbage pushes out no good one. Safe for use by many threads.
 */
final class TokenCache {
  /** A token may become good: its project is enabled again, or Keystone's nodes agree again. */
  static final Duration BAD_TIME = Duration.ofSeconds(5);

  /** How long Keystone itself, by default, lets services use an expired token of a user. */
  static final Duration EXPIRED_WINDOW = Duration.ofDays(2);

  private final AuthSettings settings;
  private final Clock clock;
  private final Cache<TokenKey, Entry> good;
  private final Cache<TokenKey, Long> bad;

  private record Entry(KeystoneToken token, long atNanos) {}

  /** What is remembered of a token. */
  sealed interface Found {
    /** It is good, by what was said not long ago. */
    record Fresh(KeystoneToken token) implements Found {}

    /** It was good; to be used while nobody can be asked. */
    record Stale(KeystoneToken token) implements Found {}

    record Bad() implements Found {}

    record Nothing() implements Found {}
  }

  TokenCache(AuthSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.good = cache(settings.cacheTime().plus(settings.staleTime()));
    this.bad = cache(BAD_TIME);
  }

  private <V> Cache<TokenKey, V> cache(Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(settings.cacheSize())
        .expireAfterWrite(life)
        .ticker(clock::nanoTime)
        // Tidies up on the callers' threads, so that nobody else's are needed.
        .executor(Runnable::run)
        .build();
  }

  Found find(TokenKey key) {
    if (bad.getIfPresent(key) != null) {
      return new Found.Bad();
    }
    Entry entry = good.getIfPresent(key);
    if (entry == null) {
      return new Found.Nothing();
    }
    if (isOver(key, entry.token())) {
      return new Found.Bad();
    }
    Duration age = Duration.ofNanos(clock.nanoTime() - entry.atNanos());
    return age.compareTo(settings.cacheTime()) < 0
        ? new Found.Fresh(entry.token())
        : new Found.Stale(entry.token());
  }

  /** Remembers what was said. */
  void put(TokenKey key, Judgement judgement) {
    switch (judgement) {
      case Judgement.Good(KeystoneToken token) -> {
        good.put(key, new Entry(token, clock.nanoTime()));
        bad.invalidate(key);
      }
      case Judgement.Bad _ -> {
        bad.put(key, clock.nanoTime());
        good.invalidate(key);
        // What a service may not pass on either is good for nobody; not so the other way round.
        good.invalidate(key.unexpired());
      }
      case Judgement.Open _ -> {}
    }
  }

  /** Whether the token's own time is over, whatever Keystone says. */
  boolean isOver(TokenKey key, KeystoneToken token) {
    Duration grace = key.mayBeExpired() ? EXPIRED_WINDOW : Duration.ZERO;
    return !clock.now().isBefore(token.expiresAt().plus(grace));
  }
}
