package io.tocsin.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads a policy file, YAML or (by its suffix) JSON: rule names and their texts. It finds what is
 * wrong with each rule by itself; how rules fit together is {@link Policy}'s.
 */
final class PolicyFile {
  /** Of the file. Real ones have a few kilobytes. */
  private static final int MAX_BYTES = 1 << 20;

  private static final Pattern UNQUOTED = Pattern.compile(":\\s+[@%!]");

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();
  private List<String> lines = List.of();

  /**
   * A rule as the file has it.
   *
   * @param place of its name
   * @param references each with its own place
   */
  record Entry(Check check, Place place, Map<String, Place> references) {}

  /** Line and column, both from 1. */
  record Place(int line, int column) {
    static final Place WHOLE_FILE = new Place(0, 0);
  }

  private record Problem(Place place, String text) {}

  private PolicyFile(Path file) {
    this.file = file;
  }

  static PolicyFile read(Path file) {
    PolicyFile policy = new PolicyFile(file);
    policy.read();
    return policy;
  }

  /** The rules that can be used. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Of all rules, those that cannot be used included. */
  Set<String> names() {
    return names;
  }

  /** What was found wrong, in the order of the file. */
  List<String> problems() {
    return problems.stream()
        .sorted(
            Comparator.comparingInt((Problem it) -> it.place().line())
                .thenComparingInt(it -> it.place().column()))
        .map(this::text)
        .toList();
  }

  private String text(Problem problem) {
    Place place = problem.place();
    return place.equals(Place.WHOLE_FILE)
        ? file + ": " + problem.text()
        : "%s:%d:%d: %s".formatted(file, place.line(), place.column(), problem.text());
  }

  /** Adds to the problems. */
  void complain(Place place, String problem) {
    problems.add(new Problem(place, problem));
  }

  private void read() {
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        complain(Place.WHOLE_FILE, "larger than a policy file can be, " + MAX_BYTES + " bytes");
        return;
      }
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException _) {
      complain(Place.WHOLE_FILE, "no such file, or it cannot be read as UTF-8 text");
      return;
    }
    lines = text.lines().toList();
    try (JsonParser parser = parser(text)) {
      readDocument(parser);
    } catch (JacksonException e) {
      Place place = e.getLocation() == null ? Place.WHOLE_FILE : place(e.getLocation());
      complain(place, isJson() ? "not valid JSON" : notYaml(place));
    }
  }

  /** The usual mistake has a name of its own. */
  private String notYaml(Place place) {
    String line =
        place.line() >= 1 && place.line() <= lines.size() ? lines.get(place.line() - 1) : "";
    return UNQUOTED.matcher(line).find()
        ? "not valid YAML: a rule that begins with @, % or ! must be quoted"
        : "not valid YAML";
  }

  private boolean isJson() {
    return file.toString().endsWith(".json");
  }

  private JsonParser parser(String text) {
    return isJson()
        ? new JsonFactory().createParser(ObjectReadContext.empty(), text)
        : new YAMLFactory().createParser(ObjectReadContext.empty(), text);
  }

  private void readDocument(JsonParser parser) {
    @Nullable JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      complain(here(parser), "expected rules, one 'name: rule' a line");
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      readRule(parser);
    }
    if (parser.nextToken() != null) {
      complain(here(parser), "expected nothing after the rules");
    }
  }

  private void readRule(JsonParser parser) {
    String name = parser.currentName();
    Place place = here(parser);
    names.add(name);
    JsonToken value = parser.nextToken();
    @Nullable Entry entry =
        switch (value) {
          case VALUE_STRING -> readText(parser, place);
          case START_ARRAY -> readList(parser, place);
          default -> {
            complain(here(parser), "expected a rule as text; write '@' for everybody");
            parser.skipChildren();
            yield null;
          }
        };
    if (entry == null) {
      return;
    }
    if (entries.putIfAbsent(name, entry) != null) {
      complain(place, "'" + name + "' stands here a second time");
    }
  }

  private @Nullable Entry readText(JsonParser parser, Place namePlace) {
    return isPlainText(parser) ? parsed(parser, namePlace, PolicyParser::parse) : null;
  }

  /**
   * YAML reads an unquoted {@code !} as a mark on an empty text, and that would allow everybody.
   */
  private boolean isPlainText(JsonParser parser) {
    boolean isMarked =
        parser instanceof YAMLParser yaml && (yaml.isCurrentAlias() || yaml.getTypeId() != null);
    if (isMarked) {
      complain(
          here(parser), "expected a rule as text, without YAML's tags and aliases; quote \"!\"");
    }
    return !isMarked;
  }

  @FunctionalInterface
  private interface Reader {
    PolicyParser.Parsed read(String text);
  }

  private @Nullable Entry parsed(JsonParser parser, Place namePlace, Reader reader) {
    String text = parser.getString();
    Place start = here(parser);
    try {
      PolicyParser.Parsed parsed = reader.read(text);
      Map<String, Place> references = new LinkedHashMap<>();
      parsed
          .references()
          .forEach(it -> references.putIfAbsent(it.rule(), within(start, text, it.offset())));
      return new Entry(parsed.check(), namePlace, references);
    } catch (PolicySyntaxException e) {
      complain(within(start, text, e.offset()), e.problem());
      return null;
    }
  }

  /** The old form: the outer list is joined by "or", lists in it by "and". */
  private @Nullable Entry readList(JsonParser parser, Place namePlace) {
    List<Check> alternatives = new ArrayList<>();
    Map<String, Place> references = new LinkedHashMap<>();
    boolean isEmpty = true;
    boolean isGood = true;
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      isEmpty = false;
      @Nullable List<Check> checks =
          switch (token) {
            case VALUE_STRING -> readChecks(parser, references, false);
            case START_ARRAY -> readChecks(parser, references, true);
            default -> {
              complain(here(parser), "expected a check, or a list of checks");
              parser.skipChildren();
              yield null;
            }
          };
      if (checks == null) {
        isGood = false;
      } else if (!checks.isEmpty()) {
        alternatives.add(checks.size() == 1 ? checks.getFirst() : new Check.All(checks));
      }
      token = parser.nextToken();
    }
    if (!isGood) {
      return null;
    }
    Check check =
        switch (alternatives.size()) {
          case 0 -> isEmpty ? new Check.Always() : new Check.Never();
          case 1 -> alternatives.getFirst();
          default -> new Check.Any(alternatives);
        };
    return new Entry(check, namePlace, references);
  }

  /** Of one alternative; null when something is wrong with one of them. */
  private @Nullable List<Check> readChecks(
      JsonParser parser, Map<String, Place> references, boolean isList) {
    List<Check> checks = new ArrayList<>();
    boolean isGood = true;
    JsonToken token = isList ? parser.nextToken() : JsonToken.VALUE_STRING;
    while (token != JsonToken.END_ARRAY) {
      @Nullable Entry entry = null;
      if (token != JsonToken.VALUE_STRING) {
        complain(here(parser), "expected a check as text");
        parser.skipChildren();
      } else if (isPlainText(parser)) {
        entry = parsed(parser, here(parser), PolicyParser::parseOne);
      }
      if (entry == null) {
        isGood = false;
      } else {
        checks.add(entry.check());
        entry.references().forEach(references::putIfAbsent);
      }
      if (!isList) {
        break;
      }
      token = parser.nextToken();
    }
    return isGood ? checks : null;
  }

  private static Place here(JsonParser parser) {
    return place(parser.currentTokenLocation());
  }

  private static Place place(TokenStreamLocation location) {
    return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  /** Of a character of a text: exact where the file has the text as it is, on one line. */
  private Place within(Place start, String text, int offset) {
    if (start.line() > lines.size()) {
      return start;
    }
    String line = lines.get(start.line() - 1);
    int from = Math.min(start.column() - 1, line.length());
    if (line.startsWith("'", from) || line.startsWith("\"", from)) {
      from++;
    }
    return line.startsWith(text, from) ? new Place(start.line(), from + 1 + offset) : start;
  }
}
