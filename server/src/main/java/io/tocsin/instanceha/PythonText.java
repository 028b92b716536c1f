package io.tocsin.instanceha;

import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Values in Python's notation, in which this API's texts have always quoted them ({@code 'a'},
 * {@code None}, {@code {'name': 1}}).
 */
final class PythonText {
  /** Longer texts are cut: nobody reads a quoted body of a hundred kilobytes. */
  private static final int MAX_LENGTH = 1024;

  private PythonText() {}

  static String of(JsonNode value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return cut(out);
  }

  static String of(String value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return cut(out);
  }

  /** {@code 'a', 'b'}. */
  static String list(List<String> values) {
    return values.stream().map(PythonText::of).collect(Collectors.joining(", "));
  }

  private static String cut(StringBuilder text) {
    if (text.length() <= MAX_LENGTH) {
      return text.toString();
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1));
    return text.substring(0, inPair ? MAX_LENGTH - 1 : MAX_LENGTH) + "...";
  }

  private static void append(StringBuilder out, JsonNode value) {
    if (out.length() > MAX_LENGTH) {
      return;
    }
    switch (value.getNodeType()) {
      case STRING -> append(out, value.stringValue());
      case BOOLEAN -> out.append(value.booleanValue() ? "True" : "False");
      case NULL, MISSING -> out.append("None");
      case NUMBER -> out.append(number(value));
      case OBJECT -> appendObject(out, value);
      case ARRAY -> appendArray(out, value);
      case BINARY, POJO -> throw new IllegalStateException("Not from a JSON text");
    }
  }

  private static String number(JsonNode value) {
    return value.isIntegralNumber()
        ? value.bigIntegerValue().toString()
        : Double.toString(value.asDouble()).replace("E", "e");
  }

  private static void appendObject(StringBuilder out, JsonNode value) {
    String separator = "{";
    for (var property : value.properties()) {
      out.append(separator);
      append(out, property.getKey());
      out.append(": ");
      append(out, property.getValue());
      separator = ", ";
    }
    out.append(value.isEmpty() ? "{}" : "}");
  }

  private static void appendArray(StringBuilder out, JsonNode value) {
    String separator = "[";
    for (JsonNode element : value) {
      out.append(separator);
      append(out, element);
      separator = ", ";
    }
    out.append(value.isEmpty() ? "[]" : "]");
  }

  private static void append(StringBuilder out, String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int i = 0; i < text.length() && out.length() <= MAX_LENGTH; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> appendPlain(out, c, quote);
      }
    }
    out.append(quote);
  }

  private static void appendPlain(StringBuilder out, char c, char quote) {
    if (c == quote) {
      out.append('\\').append(c);
    } else if (Character.isISOControl(c)) {
      out.append(String.format("\\x%02x", (int) c));
    } else {
      out.append(c);
    }
  }
}
