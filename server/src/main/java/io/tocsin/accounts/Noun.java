package io.tocsin.accounts;

import io.tocsin.feed.View;
import java.util.List;

/** The resources of the account feed, and what they are called on the wire (Astra spec §1.4). */
enum Noun {
  EVENT(View.EVENTS, "application/astra-event", "1.4"),
  NOTIFICATION(View.NOTIFICATIONS, "application/astra-notification", "1.3"),
  UNREAD_NOTIFICATION(View.UNREAD, "application/astra-unreadNotification", "1.0");

  static final String JSON = "application/json";

  private static final String SUFFIX = "+json";

  private final View view;
  private final String type;
  private final String version;

  Noun(View view, String type, String version) {
    this.view = view;
    this.type = type;
    this.version = version;
  }

  View view() {
    return view;
  }

  /** The {@code type} of one. */
  String type() {
    return type;
  }

  /** The {@code type} of a list of them. */
  String listType() {
    return type + "s";
  }

  /** The {@code version} that we write. */
  String version() {
    return version;
  }

  /** What one of them can be answered in, the usual first. */
  List<String> offers() {
    return List.of(JSON, type + SUFFIX);
  }

  /** What a list of them can be answered in; a guide asks for lists in the singular. */
  List<String> listOffers() {
    return List.of(JSON, type + SUFFIX, listType() + SUFFIX);
  }
}
