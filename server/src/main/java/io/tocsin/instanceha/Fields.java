package io.tocsin.instanceha;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The properties of a body that has kept its {@link Rule}; so they are what they should be. */
record Fields(JsonNode object) {
  /** What stands under {@code name} in the call's body. */
  static Fields under(String name, Call call) {
    return new Fields(call.body().path(name));
  }

  boolean has(String name) {
    return object.has(name);
  }

  /** A property that the rule requires. */
  String text(String name) {
    return object.path(name).stringValue();
  }

  /** Null when the property is not there, or is JSON null. */
  @Nullable String textOrNull(String name) {
    return object.path(name).stringValue(null);
  }

  boolean flag(String name, boolean otherwise) {
    return Flag.of(object.path(name)).orElse(otherwise);
  }

  /** Null when the property is not there. */
  @Nullable Boolean flagOrNull(String name) {
    return Flag.of(object.path(name)).orElse(null);
  }
}
