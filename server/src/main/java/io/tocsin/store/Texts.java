package io.tocsin.store;

/** What PostgreSQL can hold as text. */
public final class Texts {
  private Texts() {}

  /**
   * False for a text with a NUL character or half of a surrogate pair: JSON can carry both, {@code
   * text} and {@code jsonb} can hold neither, and the server's error would look like a fault of
   * ours. As a filter such a text matches nothing.
   */
  public static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        boolean isPair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!isPair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
