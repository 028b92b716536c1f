package io.tocsin.feed;

/**
 * What events can be filtered and ordered by. Each is a column or an expression over columns; what
 * is the same for all events of a view (type, version) is not here.
 */
public enum EventField {
  /** In the view's own writing. */
  ID(Kind.ID),
  /** Of the notification that an unread mark is about. */
  NOTIFICATION_ID(Kind.ID),
  NAME(Kind.TEXT),
  SEQUENCE(Kind.NUMBER),
  SUMMARY(Kind.TEXT),
  EVENT_TIME(Kind.TIME),
  SOURCE(Kind.TEXT),
  RESOURCE_ID(Kind.ID),
  ADDITIONAL_RESOURCE_IDS(Kind.LIST),
  RESOURCE_TYPE(Kind.TEXT),
  CORRELATION_ID(Kind.ID),
  SEVERITY(Kind.TEXT),
  CLASS(Kind.TEXT),
  DESCRIPTION(Kind.TEXT),
  DESCRIPTION_URL(Kind.TEXT),
  CORRECTIVE_ACTION(Kind.TEXT),
  CORRECTIVE_ACTION_URL(Kind.TEXT),
  VISIBILITY(Kind.LIST),
  DESTINATIONS(Kind.LIST),
  RESOURCE_URI(Kind.TEXT),
  RESOURCE_COLLECTION_URL(Kind.LIST),
  RESOURCE_METHOD(Kind.TEXT),
  RESOURCE_METHOD_RESULT(Kind.TEXT),
  USER_ID(Kind.ID),
  ACCOUNT_ID(Kind.ID),
  TTL(Kind.NUMBER),
  /** As the text {@code true} or {@code false}. */
  IS_ACKNOWLEDGEABLE(Kind.TEXT),
  LABEL_NAMES(Kind.LIST),
  LABEL_VALUES(Kind.LIST),
  CREATED_AT(Kind.TIME),
  CREATED_BY(Kind.ID);

  /** How values are compared. */
  public enum Kind {
    /** By code point. */
    TEXT,
    /** As the text of a UUID. */
    ID,
    NUMBER,
    /** As instants. */
    TIME,
    /** Texts of which any must fit. */
    LIST
  }

  private final Kind kind;

  EventField(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
