package io.tocsin.accounts;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a text of a body must be.
 *
 * @param min code points
 * @param max code points; looked at before the form is
 * @param form what the contract's pattern says
 * @param formReason what is wrong where it does not hold
 * @param hasLines whether tabs and line feeds are fine; no other control character ever is
 */
record TextRule(int min, int max, Predicate<String> form, String formReason, boolean hasLines) {
  /** One line of that many code points. */
  static TextRule line(int min, int max) {
    return new TextRule(min, max, _ -> true, "", false);
  }

  /** Of that many code points, perhaps of several lines. */
  static TextRule lines(int min, int max) {
    return new TextRule(min, max, _ -> true, "", true);
  }

  /** One line, of that form too. */
  TextRule of(Predicate<String> form, String reason) {
    return new TextRule(min, max, form, reason, hasLines);
  }

  /** What of the contract's schema it breaks; null for nothing. */
  @Nullable String flaw(String text) {
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      return "must have %d to %d characters".formatted(min, max);
    }
    return form.test(text) ? null : formReason;
  }

  boolean hasForbiddenControls(String text) {
    return text.chars()
        .anyMatch(c -> Character.isISOControl(c) && !(hasLines && (c == '\t' || c == '\n')));
  }
}
