package io.tocsin.accounts;

import java.util.List;

/** The resources beside the feed, and what they are called on the wire (Astra spec §1.5). */
enum Sibling {
  ACCOUNT("application/astra-account"),
  USER("application/astra-user"),
  GROUP("application/astra-group"),
  ROLE_BINDING("application/astra-roleBinding"),
  TOKEN("application/astra-token");

  static final String VERSION = "1.0";

  private static final String SUFFIX = "+json";

  private final String type;

  Sibling(String type) {
    this.type = type;
  }

  /** The {@code type} of one. */
  String type() {
    return type;
  }

  /** The {@code type} of a list of them. */
  String listType() {
    return type + "s";
  }

  /** What one of them can be answered in, the usual first. */
  List<String> offers() {
    return List.of(Noun.JSON, type + SUFFIX);
  }

  /** What a list of them can be answered in. */
  List<String> listOffers() {
    return List.of(Noun.JSON, type + SUFFIX, listType() + SUFFIX);
  }
}
