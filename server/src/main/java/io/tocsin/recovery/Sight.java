package io.tocsin.recovery;

import io.tocsin.compute.Server;

/** What the cloud showed of an instance that was to be evacuated. */
sealed interface Sight {
  /** It no longer exists. */
  record Gone() implements Sight {}

  /** On another host: Nova changes the host last, so it is finished with. */
  record Arrived(Server server) implements Sight {}

  /** On its old host, without a task, for longer than the moment before an end may last. */
  record NotMoving(Server server) implements Sight {}

  /** Taken on, but no living host is at work on it. */
  record Stranded() implements Sight {}

  /**
   * On its old host, without a task, but a host that is not known to be dead has taken it on and
   * not ended that: it may run there.
   */
  record Halfway(String target) implements Sight {}

  /** Still rebuilding, and the time is over. */
  record StillMoving() implements Sight {}
}
