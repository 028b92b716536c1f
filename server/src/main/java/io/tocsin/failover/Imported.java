package io.tocsin.failover;

/** What became of a row of another server. In a dry run: what would become of it. */
public sealed interface Imported {
  /** It was not here. */
  record Added() implements Imported {}

  /** It was brought here before and has changed at its source since. */
  record Changed() implements Imported {}

  /** It is here already, as it is at its source. */
  record Same() implements Imported {}

  /**
   * Nothing was done.
   *
   * @param detail for people; empty when the obstacle says it all
   */
  record Left(Obstacle obstacle, String detail) implements Imported {}

  /** Why a row was left out. */
  enum Obstacle {
    /** A row with its id came into being here. */
    FROM_HERE,
    /** It was brought here before, and somebody has changed it here since. */
    CHANGED_HERE,
    /** It was brought here before, and somebody has deleted it here since. */
    DELETED_HERE,
    /** Another live row has its name. */
    NAME_TAKEN,
    /** An open notification of its segment forbids to change it (Instance HA spec §9.6). */
    IN_USE_HERE,
    /** The segment it belongs to is not here. */
    NO_SEGMENT
  }
}
