package io.tocsin.recovery;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a purge removed, or would remove.
 *
 * @param isComplete whether nothing was left that it could have removed too
 */
public record Purged(Map<Kind, Long> counts, boolean isComplete) {
  /** What rows stand for. */
  public enum Kind {
    NOTIFICATIONS,
    RECOVERIES,
    PLANS,
    STEPS,
    STEP_MESSAGES,
    VMOVES,
    ATTEMPTS,
    GATE_VERDICTS,
    OVERRIDES,
    PAUSES,
    HOSTS,
    SEGMENTS,
    SEGMENT_RULES,
    ACTIONS;

    /** The wire's spelling: {@code stepMessages}. */
    public String wire() {
      String[] words = name().toLowerCase(Locale.ROOT).split("_", -1);
      StringBuilder text = new StringBuilder(words[0]);
      for (int i = 1; i < words.length; i++) {
        text.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
      }
      return text.toString();
    }
  }

  public Purged {
    // In the order of the kinds.
    counts = new EnumMap<>(counts);
  }

  /** Rows of that kind. */
  public long of(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** Rows of all kinds. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
