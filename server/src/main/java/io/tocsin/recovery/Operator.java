package io.tocsin.recovery;

import io.tocsin.identity.UserId;

/** Who uses one of the operators' handles. */
public record Operator(UserId user, String name) {
  /** As it is written down, unambiguous whatever users are called: {@code greta (9f1c…)}. */
  String text() {
    return "%s (%s)".formatted(EventText.cut(name, EventText.MAX_NAME), user);
  }
}
