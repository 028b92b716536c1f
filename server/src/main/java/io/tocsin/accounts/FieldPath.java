package io.tocsin.accounts;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a field as filters write it: {@code metadata.labels[*].name}.
 *
 * @param name without the marks
 * @param marked the parts, each from the beginning, behind which a mark stands: {@code
 *     metadata.labels}
 */
record FieldPath(String name, Set<String> marked) {
  /** Stands behind the name of a list whose elements are meant. */
  private static final String MARK = "[*]";

  FieldPath {
    marked = Set.copyOf(marked);
  }

  /** Null where the text is no path at all. */
  static @Nullable FieldPath parse(String text) {
    StringBuilder name = new StringBuilder();
    Set<String> marked = new HashSet<>();
    for (String segment : text.split("\\.", -1)) {
      boolean isMarked = segment.endsWith(MARK);
      String plain = isMarked ? segment.substring(0, segment.length() - MARK.length()) : segment;
      if (!isWord(plain)) {
        return null;
      }
      name.append(name.isEmpty() ? "" : ".").append(plain);
      if (isMarked) {
        marked.add(name.toString());
      }
    }
    return new FieldPath(name.toString(), marked);
  }

  /** Whether the text is one or more of the letters and digits that names are made of. */
  static boolean isWord(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  }
}
