package io.tocsin.instanceha;

import java.util.regex.Pattern;

/** Forms that a string may have to have (Instance HA spec §6.1, §9.2). */
enum TextForm {
  /** Printable, no blank at either end; what segments and hosts are called. */
  NAME("printable characters"),
  /** Printable characters and line feeds. */
  PRINTABLE("printable characters and line feeds"),
  ALPHANUMERIC("^[a-zA-Z0-9]*$"),
  HOSTNAME("^[a-zA-Z0-9-._]*$"),
  PAYLOAD_KEY("^[a-zA-Z0-9-_:. ]{1,255}$"),
  DATE_TIME("date-time"),
  UUID("uuid"),
  /** Any text. */
  FREE("any text");

  private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("[a-zA-Z0-9]*");
  private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9._-]*");
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_:. -]{1,255}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("(?i)[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final String description;

  TextForm(String description) {
    this.description = description;
  }

  /** As validators quote it: a regular expression, or the name of a format. */
  String description() {
    return PythonText.of(description);
  }

  boolean fits(String text) {
    return switch (this) {
      case NAME -> isPrintable(text) && !hasBlankEnd(text);
      case PRINTABLE -> isPrintable(text.replace("\n", ""));
      case ALPHANUMERIC -> LETTERS_AND_DIGITS.matcher(text).matches();
      case HOSTNAME -> HOST_NAME.matcher(text).matches();
      case PAYLOAD_KEY -> KEY.matcher(text).matches();
      case DATE_TIME -> WireTime.parse(text).isPresent();
      case UUID -> UUID_TEXT.matcher(text).matches();
      case FREE -> true;
    };
  }

  /** The validator's complaint about a text that does not fit. */
  String complaint(String text) {
    String relation =
        switch (this) {
          case DATE_TIME, UUID -> " is not a ";
          case NAME, PRINTABLE, ALPHANUMERIC, HOSTNAME, PAYLOAD_KEY, FREE -> " does not match ";
        };
    return PythonText.of(text) + relation + description();
  }

  private static boolean hasBlankEnd(String text) {
    return !text.isEmpty() && (isBlank(text.charAt(0)) || isBlank(text.charAt(text.length() - 1)));
  }

  private static boolean isBlank(char c) {
    return Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(TextForm::isPrintable);
  }

  /** By UTF-16 unit: a surrogate is not printable, so nothing beyond the first plane is. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
