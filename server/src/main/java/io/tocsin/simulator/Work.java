package io.tocsin.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the cloud is doing with a server, and when that step ends.
 *
 * @param due when {@code step} ends, provided that the host which does it is alive
 * @param worker the host that does it; null when it is the scheduler's
 * @param arrives when an evacuated server will be on its new host, if all goes well
 * @param mishap what will go wrong; null when nothing will
 * @param before an evacuated server's state when the call came
 */
record Work(
    Step step,
    Instant due,
    Instant arrives,
    @Nullable String worker,
    @Nullable Mishap mishap,
    String before) {

  /** How an accepted evacuation ends badly. */
  enum Ending {
    /** In error, with a fault. */
    FAILS,
    /** Back to the state before, without a word: a late claim failed. */
    BOUNCES,
    /** Never: the message was lost. */
    HANGS
  }

  record Mishap(Ending ending, String text) {}

  /** The steps of an evacuation in their order, and the two of a server's own life. */
  enum Step {
    /** The scheduler looks for a host and will find none. */
    SCHEDULE,
    /** The new host claims room and prepares volumes and ports. */
    REBUILD,
    /** The new host starts the guest. */
    SPAWN,
    /** A stopped server was started by the rebuild and is stopped again. */
    STOP_AGAIN,
    /** The guest is where and how it should be; the database still names the old host. */
    MOVE_IN,
    STOP,
    START;

    boolean isEvacuation() {
      return this != STOP && this != START;
    }
  }

  Work next(Step following, Instant ends) {
    return new Work(following, ends, arrives, worker, mishap, before);
  }
}
