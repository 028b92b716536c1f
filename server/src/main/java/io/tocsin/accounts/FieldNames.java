package io.tocsin.accounts;

import io.tocsin.feed.EventField;
import io.tocsin.identity.Identifiers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of each resource by their names on the wire (Astra spec §3, §4, §6.4). */
final class FieldNames {
  static final String LABELS = "metadata.labels";

  /** What a guide orders unread notifications by, although they have no such field (C-12). */
  private static final String COUNT = "count";

  /** Names behind which the mark for list elements may stand. */
  private static final Set<String> LISTS =
      Set.of(
          "additionalResourceIDs", "visibility", "destinations", "resourceCollectionURL", LABELS);

  private static final Map<Noun, Map<String, Meaning>> BY_NOUN =
      Map.of(
          Noun.EVENT, ofEvents(Noun.EVENT),
          Noun.NOTIFICATION, ofEvents(Noun.NOTIFICATION),
          Noun.UNREAD_NOTIFICATION, ofUnread());

  private FieldNames() {}

  /** What a filter means by the path; empty where the resource has no such field. */
  static Optional<Meaning> filtered(Noun noun, FieldPath path) {
    return LISTS.containsAll(path.marked())
        ? Optional.ofNullable(meanings(noun).get(path.name()))
        : Optional.empty();
  }

  /** What an order means by the name; empty where no list can be ordered by it. */
  static Optional<Meaning> ordered(Noun noun, String name) {
    String meant = noun == Noun.UNREAD_NOTIFICATION && name.equals(COUNT) ? "sequenceCount" : name;
    return Optional.ofNullable(meanings(noun).get(meant)).filter(FieldNames::hasOrder);
  }

  private static boolean hasOrder(Meaning meaning) {
    return switch (meaning) {
      case Meaning.Stored(EventField field) -> field.kind() != EventField.Kind.LIST;
      case Meaning.Fixed _ -> true;
      case Meaning.Absent _, Meaning.Composite _ -> false;
    };
  }

  private static Map<String, Meaning> meanings(Noun noun) {
    Map<String, Meaning> meanings = BY_NOUN.get(noun);
    if (meanings == null) {
      throw new IllegalStateException("every noun has fields");
    }
    return meanings;
  }

  private static Map<String, Meaning> ofEvents(Noun noun) {
    Map<String, Meaning> all = new LinkedHashMap<>(ofAll(noun));
    put(all, "name", EventField.NAME);
    put(all, "summary", EventField.SUMMARY);
    put(all, "eventTime", EventField.EVENT_TIME);
    put(all, "source", EventField.SOURCE);
    put(all, "resourceID", EventField.RESOURCE_ID);
    put(all, "additionalResourceIDs", EventField.ADDITIONAL_RESOURCE_IDS);
    put(all, "resourceType", EventField.RESOURCE_TYPE);
    put(all, "correlationID", EventField.CORRELATION_ID);
    put(all, "class", EventField.CLASS);
    put(all, "description", EventField.DESCRIPTION);
    put(all, "descriptionURL", EventField.DESCRIPTION_URL);
    put(all, "correctiveAction", EventField.CORRECTIVE_ACTION);
    put(all, "correctiveActionURL", EventField.CORRECTIVE_ACTION_URL);
    put(all, "visibility", EventField.VISIBILITY);
    put(all, "destinations", EventField.DESTINATIONS);
    put(all, "resourceURI", EventField.RESOURCE_URI);
    put(all, "resourceCollectionURL", EventField.RESOURCE_COLLECTION_URL);
    put(all, "resourceMethod", EventField.RESOURCE_METHOD);
    put(all, "resourceMethodResult", EventField.RESOURCE_METHOD_RESULT);
    put(all, "userID", EventField.USER_ID);
    put(all, "accountID", EventField.ACCOUNT_ID);
    put(all, "data.ttl", EventField.TTL);
    put(all, "data.isAcknowledgeable", EventField.IS_ACKNOWLEDGEABLE);
    all.put("data", new Meaning.Composite(List.of("data.ttl", "data.isAcknowledgeable")));
    put(all, LABELS + ".name", EventField.LABEL_NAMES);
    put(all, LABELS + ".value", EventField.LABEL_VALUES);
    put(all, "metadata.createdBy", EventField.CREATED_BY);
    return all;
  }

  /** The system makes the marks, and gives them no labels. */
  private static Map<String, Meaning> ofUnread() {
    Map<String, Meaning> all = new LinkedHashMap<>(ofAll(Noun.UNREAD_NOTIFICATION));
    put(all, "notificationID", EventField.NOTIFICATION_ID);
    all.put(LABELS + ".name", new Meaning.Absent());
    all.put(LABELS + ".value", new Meaning.Absent());
    all.put("metadata.createdBy", new Meaning.Fixed(Identifiers.NIL.toString()));
    return all;
  }

  /** Nothing is changed once it is there, so that nobody has modified anything. */
  private static Map<String, Meaning> ofAll(Noun noun) {
    Map<String, Meaning> all = new LinkedHashMap<>();
    all.put("type", new Meaning.Fixed(noun.type()));
    all.put("version", new Meaning.Fixed(noun.version()));
    put(all, "id", EventField.ID);
    put(all, "sequenceCount", EventField.SEQUENCE);
    put(all, "severity", EventField.SEVERITY);
    put(all, "metadata.creationTimestamp", EventField.CREATED_AT);
    put(all, "metadata.modificationTimestamp", EventField.CREATED_AT);
    all.put("metadata.modifiedBy", new Meaning.Absent());
    all.put("metadata", new Meaning.Composite(List.of("metadata.creationTimestamp")));
    all.put(LABELS, new Meaning.Composite(List.of(LABELS + "[*].name", LABELS + "[*].value")));
    return all;
  }

  private static void put(Map<String, Meaning> all, String name, EventField field) {
    all.put(name, new Meaning.Stored(field));
  }
}
