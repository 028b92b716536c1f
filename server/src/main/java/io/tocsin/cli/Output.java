package io.tocsin.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Prints resources: aligned columns for people and grep, or the API's documents for scripts. */
final class Output {
  private static final String NOTHING = "-";

  private final PrintWriter out;
  private final boolean isJson;

  Output(PrintWriter out, boolean isJson) {
    this.out = out;
    this.isJson = isJson;
  }

  /** One column of a table. */
  record Column(String title, Function<JsonNode, String> value) {
    /** A member of each item, as it is; a dash where it has none. */
    static Column of(String title, String member) {
      return new Column(title, item -> item.path(member).asString(NOTHING));
    }
  }

  void list(JsonNode document, List<Column> columns) {
    if (isJson) {
      out.println(document);
      return;
    }
    print(document.path("items"), columns);
  }

  void one(JsonNode document, List<Column> columns) {
    if (isJson) {
      out.println(document);
      return;
    }
    print(List.of(document), columns);
  }

  private void print(Iterable<JsonNode> items, List<Column> columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::title).toList());
    for (JsonNode item : items) {
      rows.add(columns.stream().map(it -> plain(it.value().apply(item))).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** On one line, and nothing that a terminal would obey: names are other people's. */
  static String plain(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
