package io.tocsin.instanceha;

import java.util.Locale;

/** What a route does with a noun; the names appear in 405 answers (Instance HA spec §1). */
enum Action {
  INDEX,
  CREATE,
  SHOW,
  UPDATE,
  DELETE,
  ACTION,
  NEW,
  EDIT;

  /** {@code index} */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
