package io.tocsin.masakari;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file as oslo.config reads it: {@code [group]}, {@code name = value} or {@code name: value}, a
 * line that begins with a blank continues the value before it, {@code #} and {@code ;} begin
 * comments, the last value of a name counts, one pair of quotes around a value is no part of it,
 * and {@code $name}, {@code ${name}} and {@code ${group.name}} stand for other values.
 */
final class IniFile {
  static final String DEFAULT_GROUP = "DEFAULT";

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:(\\$)|([_a-zA-Z][._a-zA-Z0-9]*)|\\{([_a-zA-Z][._a-zA-Z0-9]*)\\})");

  /** Deep enough for any sane file; a circle ends here. */
  private static final int MAX_DEPTH = 10;

  /**
   * A value.
   *
   * @param group {@code DEFAULT}, or in lower case
   * @param name with underscores, where a file may have dashes
   * @param line where it begins, from 1
   */
  record Entry(String group, String name, String value, int line) {
    String key() {
      return group + "." + name;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private String group = "";
  private @Nullable Entry open;

  private IniFile() {}

  static IniFile parse(List<String> lines) {
    IniFile file = new IniFile();
    for (int i = 0; i < lines.size(); i++) {
      file.take(lines.get(i).stripTrailing(), i + 1);
    }
    file.close();
    return file;
  }

  private void take(String line, int number) {
    Entry before = open;
    if (line.isEmpty()) {
      close();
    } else if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
      if (before == null) {
        problems.add("line %d: continues nothing".formatted(number));
      } else {
        open =
            new Entry(
                before.group(),
                before.name(),
                before.value() + "\n" + line.stripLeading(),
                before.line());
      }
    } else {
      close();
      if (line.charAt(0) == '[') {
        takeGroup(line, number);
      } else if (line.charAt(0) != '#' && line.charAt(0) != ';') {
        takeAssignment(line, number);
      }
    }
  }

  private void takeGroup(String line, int number) {
    if (!line.endsWith("]") || line.length() < 3) {
      problems.add("line %d: no group in brackets".formatted(number));
      return;
    }
    String name = line.substring(1, line.length() - 1);
    group = name.equals(DEFAULT_GROUP) ? name : name.toLowerCase(Locale.ROOT);
  }

  private void takeAssignment(String line, int number) {
    Matcher assignment = Pattern.compile("([^=:]*)[=:](.*)").matcher(line);
    if (!assignment.matches() || assignment.group(1).isBlank()) {
      problems.add("line %d: not 'name = value'".formatted(number));
    } else if (group.isEmpty()) {
      problems.add("line %d: stands before the first group".formatted(number));
    } else {
      String name = assignment.group(1).strip().replace('-', '_');
      open = new Entry(group, name, unquoted(assignment.group(2).strip()), number);
    }
  }

  private static String unquoted(String value) {
    boolean isQuoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(0) == value.charAt(value.length() - 1);
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  private void close() {
    Entry entry = open;
    if (entry != null) {
      // Removed first, so that the order is that of the values that count.
      entries.remove(entry.key());
      entries.put(entry.key(), entry);
      open = null;
    }
  }

  /** Those that count, in the order of the file; values as they stand there. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** Lines that make no sense; none of their text. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The value with what it refers to; null where the file does not set it. */
  @Nullable String find(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : value(entry);
  }

  /** The value with what it refers to; a reference that leads nowhere stays as it stands. */
  String value(Entry entry) {
    return resolve(entry.group(), entry.value(), 0);
  }

  private String resolve(String inGroup, String value, int depth) {
    if (depth >= MAX_DEPTH || value.indexOf('$') < 0) {
      return value;
    }
    return REFERENCE
        .matcher(value.replace("\\$", "$$"))
        .replaceAll(match -> {
          if (match.group(1) != null) {
            return Matcher.quoteReplacement("$");
          }
          String name = match.group(2) == null ? match.group(3) : match.group(2);
          Entry other = referred(inGroup, name);
          return Matcher.quoteReplacement(
              other == null ? match.group() : resolve(other.group(), other.value(), depth + 1));
        });
  }

  private @Nullable Entry referred(String inGroup, String name) {
    int dot = name.indexOf('.');
    if (dot > 0 && entries.containsKey(name)) {
      return entries.get(name);
    }
    Entry near = entries.get(inGroup + "." + name);
    return near == null ? entries.get(DEFAULT_GROUP + "." + name) : near;
  }
}
