package io.tocsin.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * Where the command line draws: lines that stay and, on a terminal, a few at the bottom that are
 * redrawn. Thread-safe.
 */
final class Screen {
  private static final int BAR_WIDTH = 24;
  private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

  private final PrintStream out;
  private final boolean isTerminal;
  private int live;

  Screen(PrintStream out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  /** Standard output; the launcher tells whether somebody is looking at it. */
  static Screen standard() {
    return new Screen(System.out, Boolean.getBoolean("tocsin.terminal"));
  }

  boolean isTerminal() {
    return isTerminal;
  }

  /** A line that stays. */
  synchronized void line(String text) {
    clearLive();
    out.println(text);
    out.flush();
  }

  /** Replaces the lines at the bottom; nothing where output is no terminal. */
  synchronized void live(List<String> lines) {
    if (!isTerminal) {
      return;
    }
    clearLive();
    lines.forEach(out::println);
    live = lines.size();
    out.flush();
  }

  private void clearLive() {
    out.print(UP_AND_CLEAR.repeat(live));
    live = 0;
  }

  /** {@code [########................] 8/24}. */
  static String bar(int done, int total) {
    int filled = total == 0 ? BAR_WIDTH : Math.toIntExact((long) BAR_WIDTH * done / total);
    return "[%s%s] %d/%d"
        .formatted("#".repeat(filled), ".".repeat(BAR_WIDTH - filled), done, total);
  }
}
