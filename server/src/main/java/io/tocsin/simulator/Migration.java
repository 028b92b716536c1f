package io.tocsin.simulator;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What Nova wrote down about an evacuation.
 *
 * @param id grows with every evacuation of the region
 * @param source the service host it leaves
 * @param target the service host it goes to; null while nobody named it and it has not answered
 * @param changed null as long as it is as it began
 */
record Migration(
    int id,
    String source,
    @Nullable String target,
    Status status,
    Instant at,
    @Nullable Instant changed) {

  /** Nova's words for how far an evacuation is. */
  enum Status {
    ACCEPTED,
    /** Its new host has made room for it. */
    PRE_MIGRATING,
    DONE,
    /** It ended badly on its new host. */
    FAILED,
    /** There was no host for it. */
    ERROR;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isOver() {
      return this != ACCEPTED && this != PRE_MIGRATING;
    }
  }

  static Migration accepted(int id, String source, @Nullable String named, Instant at) {
    return new Migration(id, source, named, Status.ACCEPTED, at, null);
  }

  Migration claimedBy(String host, Instant when) {
    return new Migration(id, source, host, Status.PRE_MIGRATING, at, when);
  }

  /** What is over stays as it ended. */
  Migration ended(Status end, Instant when) {
    return status.isOver() ? this : new Migration(id, source, target, end, at, when);
  }
}
