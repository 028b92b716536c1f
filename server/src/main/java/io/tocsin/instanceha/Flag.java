package io.tocsin.instanceha;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Truth values as callers write them (Instance HA spec §6.1, §8.1). */
final class Flag {
  private static final List<String> TRUE =
      List.of("True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes");
  private static final List<String> FALSE =
      List.of("False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no");
  private static final List<String> QUERY_TRUE = List.of("1", "on", "t", "true", "y", "yes");
  private static final List<String> QUERY_FALSE = List.of("0", "f", "false", "n", "no", "off");

  /** How a validator lists what it would have taken. */
  static final String CHOICES =
      "[True, %s, False, %s]".formatted(PythonText.list(TRUE), PythonText.list(FALSE));

  private Flag() {}

  /** The flag in a body; empty when it is none. */
  static Optional<Boolean> of(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(value.booleanValue());
    }
    return value.isString() ? among(TRUE, FALSE, value.stringValue()) : Optional.empty();
  }

  /** The flag in a query, in any case; empty when it is none. */
  static Optional<Boolean> ofQuery(String text) {
    return among(QUERY_TRUE, QUERY_FALSE, text.strip().toLowerCase(Locale.ROOT));
  }

  /** The flag in a query, or a fault that names the parameter. */
  static boolean requireQuery(String name, String text) {
    return ofQuery(text)
        .orElseThrow(() ->
            Fault.badRequest(
                    "Invalid value for %s: Unrecognized value %s, acceptable values are: %s"
                        .formatted(
                            name,
                            PythonText.of(text),
                            "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y',"
                                + " 'yes'"))
                .asException());
  }

  private static Optional<Boolean> among(List<String> yes, List<String> no, String text) {
    if (yes.contains(text)) {
      return Optional.of(true);
    }
    return no.contains(text) ? Optional.of(false) : Optional.empty();
  }
}
