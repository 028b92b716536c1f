package io.tocsin.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The right side of a check: text with places for attributes of what a request is about, as in
 * {@code %(project_id)s}. A percent sign itself is written twice.
 */
record Template(List<Piece> pieces) {
  /** Text as it is, or the name of an attribute. */
  sealed interface Piece {
    record Text(String text) implements Piece {}

    record Place(String name) implements Piece {}
  }

  Template {
    pieces = List.copyOf(pieces);
  }

  static Template of(String text) {
    return new Template(List.of(new Piece.Text(text)));
  }

  /**
   * Reads one.
   *
   * @throws PolicySyntaxException at the percent sign that it does not understand
   */
  static Template parse(String text, int offset) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '%') {
        plain.append(c);
        at++;
      } else if (text.startsWith("%%", at)) {
        plain.append('%');
        at += 2;
      } else {
        int end = text.indexOf(")s", at);
        if (!text.startsWith("%(", at) || end <= at + 2) {
          throw new PolicySyntaxException(
              offset + at, "expected %(name)s, or %% for a percent sign, at '" + text + "'");
        }
        addText(plain, pieces);
        pieces.add(new Piece.Place(text.substring(at + 2, end)));
        at = end + 2;
      }
    }
    addText(plain, pieces);
    return new Template(pieces);
  }

  private static void addText(StringBuilder plain, List<Piece> pieces) {
    if (!plain.isEmpty()) {
      pieces.add(new Piece.Text(plain.toString()));
      plain.setLength(0);
    }
  }

  /** The text with every place filled; null where the target lacks one of them. */
  @Nullable String fill(Map<String, String> target) {
    StringBuilder filled = new StringBuilder();
    for (Piece piece : pieces) {
      String text =
          switch (piece) {
            case Piece.Text plain -> plain.text();
            case Piece.Place place -> target.get(place.name());
          };
      if (text == null) {
        return null;
      }
      filled.append(text);
    }
    return filled.toString();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Text plain -> text.append(plain.text().replace("%", "%%"));
        case Piece.Place place -> text.append("%(").append(place.name()).append(")s");
      }
    }
    return text.toString();
  }
}
