package io.tocsin.store;

import java.util.Collection;
import java.util.Comparator;

/** Finds the name that somebody may have meant. */
public final class Suggestion {
  private Suggestion() {}

  /** The candidate that takes the fewest edits; one that only lacks its section comes first. */
  public static String nearest(String name, Collection<String> candidates) {
    return candidates.stream()
        .min(
            Comparator.comparingInt((String candidate) -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static int distance(String name, String candidate) {
    String last = candidate.substring(candidate.lastIndexOf('.') + 1);
    return Math.min(edits(name, candidate), edits(name, last) + 1);
  }

  /** Levenshtein's distance, two rows at a time. */
  private static int edits(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
