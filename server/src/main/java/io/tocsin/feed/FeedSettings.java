package io.tocsin.feed;

import java.time.Duration;

/**
 * Rules of the feed.
 *
 * @param matchesRolesExactly whether a visibility of {@code ["member"]} hides an event from admins;
 *     otherwise each role sees what those below it see (Astra spec §8.4)
 * @param longestQuery what the database may take over one look before it is given up
 */
public record FeedSettings(boolean matchesRolesExactly, Duration longestQuery) {
  public static final FeedSettings DEFAULTS = new FeedSettings(false, Duration.ofSeconds(5));

  public FeedSettings {
    if (longestQuery.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("longestQuery must be at least 1 s");
    }
  }
}
