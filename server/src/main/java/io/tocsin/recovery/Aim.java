package io.tocsin.recovery;

import io.tocsin.store.Columns;
import org.jspecify.annotations.Nullable;

/**
 * What an operator means, as they wrote it.
 *
 * @param target a segment's or host's id or name, or a recovery's id; null for the region
 */
public record Aim(Kind kind, @Nullable String target) {
  public static final Aim REGION = new Aim(Kind.REGION, null);

  /** How much is meant. */
  public enum Kind {
    REGION,
    SEGMENT,
    HOST,
    RECOVERY;

    /** The wire's and the database's spelling. */
    public String wire() {
      return Columns.lower(this);
    }
  }

  public Aim {
    if ((kind == Kind.REGION) != (target == null)) {
      throw new IllegalArgumentException("all but the region have a target");
    }
  }
}
