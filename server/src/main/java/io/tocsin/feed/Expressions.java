package io.tocsin.feed;

import io.tocsin.feed.Clause.Comparison;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.UserId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** The fields of events as SQL over {@code event e}, and conditions on them. */
final class Expressions {
  private static final String NEVER = "false";

  private final View view;
  private final UUID mask;

  Expressions(View view, Reader reader) {
    this.view = view;
    this.mask = view.mask(reader.user());
  }

  /** Its column; of ID and LIST fields not yet a text. */
  private static String column(EventField field) {
    return switch (field) {
      case ID, NOTIFICATION_ID -> "e.id";
      case NAME -> "e.name";
      case SEQUENCE -> "e.sequence";
      case SUMMARY -> "e.summary";
      case EVENT_TIME -> "e.event_time";
      case SOURCE -> "e.source";
      case RESOURCE_ID -> "e.resource_id";
      case ADDITIONAL_RESOURCE_IDS -> "e.additional_resource_ids";
      case RESOURCE_TYPE -> "e.resource_type";
      case CORRELATION_ID -> "e.correlation_id";
      case SEVERITY -> "e.severity";
      case CLASS -> "e.class";
      case DESCRIPTION -> "e.description";
      case DESCRIPTION_URL -> "e.description_url";
      case CORRECTIVE_ACTION -> "e.corrective_action";
      case CORRECTIVE_ACTION_URL -> "e.corrective_action_url";
      case VISIBILITY -> "e.visibility";
      case DESTINATIONS -> "e.destinations";
      case RESOURCE_URI -> "e.resource_uri";
      case RESOURCE_COLLECTION_URL -> "e.resource_collection_url";
      case RESOURCE_METHOD -> "e.resource_method";
      case RESOURCE_METHOD_RESULT -> "e.resource_method_result";
      case USER_ID -> "e.user_id";
      case ACCOUNT_ID -> "e.about_account_id";
      case TTL -> "e.ttl";
      case IS_ACKNOWLEDGEABLE -> "e.is_acknowledgeable::text";
      case LABEL_NAMES -> "e.label_names";
      case LABEL_VALUES -> "e.label_values";
      case CREATED_AT -> "e.created_at";
      case CREATED_BY -> "e.created_by";
    };
  }

  /** What a list is ordered by. */
  String orderKey(EventField field) {
    return switch (field.kind()) {
      case TEXT -> "left(%s, %d) collate \"C\"".formatted(column(field), Order.COMPARED);
      case ID -> uuid(field);
      case NUMBER, TIME -> column(field);
      case LIST -> throw new IllegalArgumentException("lists have no order: " + field);
    };
  }

  /** The same as the text that a {@link Position} keeps. */
  String orderKeyText(EventField field) {
    return field.kind() == EventField.Kind.TIME
        ? "extract(epoch from %s)::bigint::text".formatted(column(field))
        : orderKey(field) + "::text";
  }

  /** That text as a value again. */
  static String orderKeyOf(EventField field, String parameter) {
    return switch (field.kind()) {
      case TEXT -> parameter;
      case ID -> "cast(%s as uuid)".formatted(parameter);
      case NUMBER -> "cast(%s as bigint)".formatted(parameter);
      case TIME -> "to_timestamp(cast(%s as bigint))".formatted(parameter);
      case LIST -> throw new IllegalArgumentException("lists have no order: " + field);
    };
  }

  /** The clause as one more condition. */
  void add(Clause clause, Conditions conditions) {
    conditions.and(
        switch (clause) {
          case Clause.OfText(EventField field, Comparison comparison, String value) ->
              ofText(field, comparison, value, conditions);
          case Clause.OfNumber(EventField field, Comparison comparison, BigDecimal value) ->
              ofWhole(field, comparison, value, conditions);
          case Clause.OfTime(EventField field, Comparison comparison, Instant value) ->
              ofWhole(field, comparison, seconds(value), conditions);
        });
  }

  private String ofText(
      EventField field, Comparison comparison, String value, Conditions conditions) {
    return switch (field.kind()) {
      case TEXT -> compare(column(field), comparison, conditions.parameter(value));
      case ID ->
          comparison == Comparison.EQUAL
              ? ofId(field, value, conditions)
              : compare(uuid(field) + "::text", comparison, conditions.parameter(value));
      case LIST ->
          "exists (select from unnest(%s::text[]) as x (text) where %s)"
              .formatted(column(field), compare("x.text", comparison, conditions.parameter(value)));
      case NUMBER, TIME -> throw new IllegalArgumentException(field + " is no text");
    };
  }

  /** Plain equality, so that an index can answer. */
  private String ofId(EventField field, String value, Conditions conditions) {
    Optional<UUID> id = Identifiers.parse(value);
    if (id.isEmpty()) {
      return NEVER;
    }
    String parameter = conditions.parameter(id.get());
    return switch (field) {
      case ID -> "e.id = uuid_xor(%s, cast('%s' as uuid))".formatted(parameter, mask);
      case NOTIFICATION_ID ->
          "e.id = uuid_xor(%s, cast('%s' as uuid))".formatted(parameter, ofNotifications());
      default -> column(field) + " = " + parameter;
    };
  }

  private String uuid(EventField field) {
    return switch (field) {
      case ID ->
          view == View.EVENTS ? "e.id" : "uuid_xor(e.id, cast('%s' as uuid))".formatted(mask);
      case NOTIFICATION_ID -> "uuid_xor(e.id, cast('%s' as uuid))".formatted(ofNotifications());
      default -> column(field);
    };
  }

  private static UUID ofNotifications() {
    return View.NOTIFICATIONS.mask(UserId.SYSTEM);
  }

  private static String compare(String text, Comparison comparison, String parameter) {
    return switch (comparison) {
      case EQUAL -> "%s = %s".formatted(text, parameter);
      case LESS, GREATER, AT_MOST, AT_LEAST ->
          "%s collate \"C\" %s %s".formatted(text, operator(comparison), parameter);
      case CONTAINS -> "strpos(%s, %s) > 0".formatted(text, parameter);
    };
  }

  private static String operator(Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> "=";
      case LESS -> "<";
      case GREATER -> ">";
      case AT_MOST -> "<=";
      case AT_LEAST -> ">=";
      case CONTAINS -> throw new IllegalArgumentException("only texts contain");
    };
  }

  /**
   * What is stored is whole, numbers and seconds alike, so a fraction in the value can be rounded
   * away; the comparison is then one of the column's own type, which an index can answer.
   */
  private static String ofWhole(
      EventField field, Comparison comparison, BigDecimal value, Conditions conditions) {
    RoundingMode rounding =
        comparison == Comparison.LESS || comparison == Comparison.AT_LEAST
            ? RoundingMode.CEILING
            : RoundingMode.FLOOR;
    BigDecimal whole = value.setScale(0, rounding);
    if (comparison == Comparison.EQUAL && whole.compareTo(value) != 0) {
      return NEVER;
    }
    long number =
        whole
            .min(BigDecimal.valueOf(Long.MAX_VALUE))
            .max(BigDecimal.valueOf(Long.MIN_VALUE))
            .longValue();
    Object bound =
        field.kind() == EventField.Kind.TIME
            ? Instant.ofEpochSecond(number).atOffset(ZoneOffset.UTC)
            : (Object) number;
    return "%s %s %s".formatted(column(field), operator(comparison), conditions.parameter(bound));
  }

  private static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9));
  }
}
