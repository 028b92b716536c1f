package io.tocsin.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything that happened in a world, in order, with names in the place of ids. */
final class WorldLog {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** What a line tells of. */
  enum Kind {
    /** The world itself: hosts die, nodes are killed. */
    WORLD,
    /** A change in the database. */
    STORED,
    /** A call that changes something in the cloud. */
    CALL,
    /** A call that only looks. */
    LOOK,
    /** A line of a node's own log, or a detail of a fault. */
    DETAIL,
    /** What became of an instance in the end. */
    END,
    /** A promise is broken. */
    BROKEN
  }

  /** One line. */
  record Line(long atNanos, Kind kind, String who, String what) {
    @Override
    public String toString() {
      return "%10.3f  %-9s %s".formatted(atNanos / 1e9, who, what);
    }
  }

  private final List<Line> lines = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private long hash = 1125899906842597L;

  /** From now on it is called so wherever its id would stand. */
  void name(String id, String name) {
    names.put(id, name);
  }

  void add(long atNanos, Kind kind, String who, String what) {
    Line line = new Line(atNanos, kind, who, readable(what));
    lines.add(line);
    String text = line.toString();
    for (int i = 0; i < text.length(); i++) {
      hash = 31 * hash + text.charAt(i);
    }
  }

  /** The text with names in it. */
  String readable(String text) {
    Matcher ids = UUID.matcher(text);
    return ids.replaceAll(
        id -> Matcher.quoteReplacement(names.getOrDefault(id.group(), id.group())));
  }

  List<Line> lines() {
    return Collections.unmodifiableList(lines);
  }

  /** Equal for equal logs, and hardly for others. */
  String hash() {
    return "%016x".formatted(hash).toLowerCase(Locale.ROOT);
  }
}
