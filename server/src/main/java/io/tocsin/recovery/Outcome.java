package io.tocsin.recovery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one attempt at a recovery ended. */
sealed interface Outcome {
  /** All is done, or there was nothing to do; {@code remark} says which where it is not plain. */
  record Finished(String remark) implements Outcome {}

  /** Not acted on, and why. */
  record Ignored(String reason) implements Outcome {}

  /** Not all could be done. Another attempt follows until the limit is reached. */
  record Failed(String reason) implements Outcome {}

  /** The cloud could not be asked. Another attempt follows, and this one does not count. */
  record Postponed(String reason) implements Outcome {}

  /**
   * It may not begin, or not go on, for now; nothing of it is under way. Looked at again after the
   * pause, and this attempt does not count.
   *
   * @param gate which one is closed; null: an operator paused it
   */
  record Held(@Nullable Gate gate, String reason, Duration again) implements Outcome {
    /** How {@code gate} is kept. */
    String by() {
      return gate == null ? PAUSE : gate.text();
    }

    static final String PAUSE = "pause";
  }

  /** An operator ended it. */
  record Cancelled(String reason) implements Outcome {}

  Outcome FINISHED = new Finished("");
}
