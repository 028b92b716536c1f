package io.tocsin.identity;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What an application credential is restricted to, one of its access rules. The path may have
 * {@code {name}} and {@code *} for one element or a part of one, and {@code **} for anything.
 */
record AccessRule(String service, String method, String path) {
  /** Our type in Keystone's catalog. */
  static final String OURS = "instance-ha";

  private enum Wild {
    NONE,
    /** At least one character, none of them a slash. */
    ELEMENT,
    /** Anything, nothing included. */
    ANYTHING
  }

  private record Piece(Wild wild, char literal) {
    boolean takes(char c) {
      return switch (wild) {
        case NONE -> literal == c;
        case ELEMENT -> c != '/';
        case ANYTHING -> true;
      };
    }
  }

  /** Whether that request to us is what the rule is about. */
  boolean matches(String askedMethod, String askedPath) {
    return service.equals(OURS) && method.equals(askedMethod) && matches(pieces(), askedPath);
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < path.length()) {
      char c = path.charAt(at);
      int close = c == '{' ? path.indexOf('}', at) : -1;
      if (path.startsWith("**", at)) {
        pieces.add(new Piece(Wild.ANYTHING, c));
        at += 2;
      } else if (c == '*' || close > 0) {
        pieces.add(new Piece(Wild.ELEMENT, c));
        at = Math.max(close, at) + 1;
      } else {
        pieces.add(new Piece(Wild.NONE, c));
        at++;
      }
    }
    return pieces;
  }

  /**
   * Follows all ways to match at once. A regular expression would try them one after the other, and
   * whoever makes an application credential chooses how many there are.
   */
  private static boolean matches(List<Piece> pieces, String text) {
    BitSet reached = new BitSet();
    reach(pieces, reached, 0);
    for (int i = 0; i < text.length(); i++) {
      BitSet next = new BitSet();
      char c = text.charAt(i);
      for (int at = reached.nextSetBit(0); at >= 0; at = reached.nextSetBit(at + 1)) {
        if (at < pieces.size() && pieces.get(at).takes(c)) {
          if (pieces.get(at).wild() != Wild.NONE) {
            reach(pieces, next, at);
          }
          reach(pieces, next, at + 1);
        }
      }
      reached = next;
    }
    return reached.get(pieces.size());
  }

  /** That place, and those behind it that need no character to get to. */
  private static void reach(List<Piece> pieces, BitSet reached, int place) {
    reached.set(place);
    if (place < pieces.size() && pieces.get(place).wild() == Wild.ANYTHING) {
      reach(pieces, reached, place + 1);
    }
  }
}
