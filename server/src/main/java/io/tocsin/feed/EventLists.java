package io.tocsin.feed;

import io.tocsin.feed.EventListStore.Row;
import io.tocsin.store.Database;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows events to those who may see them, and to nobody else: what a reader may not see is not
 * counted, not filtered by, and not there. Thread-safe.
 */
public final class EventLists {
  private final EventListStore store;
  private final Expiry expiry;
  private final FeedSettings settings;

  public EventLists(Database database, Expiry expiry, FeedSettings settings) {
    this.store = new EventListStore(database, settings.longestQuery());
    this.expiry = expiry;
    this.settings = settings;
  }

  /**
   * Gives the page's events to {@code sink}, in their order.
   *
   * @param sink false when it has no room for the event; the next page then begins with it
   * @throws TooBroadException when the database would need too long
   */
  public EventPage list(EventQuery query, Predicate<Event> sink) {
    Conditions matching = look(query.view(), query.reader());
    Expressions fields = new Expressions(query.view(), query.reader());
    query.filter().forEach(clause -> fields.add(clause, matching));
    Long count = query.counts() ? store.count(matching) : null;
    if (query.after() != null) {
      matching.and(after(query.order(), query.after(), fields, matching));
    }
    Long limit = query.limit();
    EventListStore.Page page =
        new EventListStore.Page(
            matching,
            isBySequence(query.order()) ? "null::text" : fields.orderKeyText(query.order().field()),
            orderBy(query.order(), fields),
            query.skip(),
            limit == null || limit == Long.MAX_VALUE ? null : limit + 1);
    return new EventPage(count, store.list(page, rows -> hand(rows, limit, sink)).orElse(null));
  }

  /** Where the list goes on; empty at its end. */
  private static Optional<Position> hand(
      Iterator<Row> rows, @Nullable Long limit, Predicate<Event> sink) {
    Position last = null;
    long given = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      boolean isFull = limit != null && given == limit;
      if (isFull || !sink.test(row.event())) {
        return Optional.ofNullable(last);
      }
      last = row.position();
      given++;
    }
    return Optional.empty();
  }

  /** What has that id in the view, if the reader may see it. */
  public Optional<Event> find(View view, Reader reader, UUID id) {
    Conditions matching = look(view, reader);
    matching.and("e.id = :event").bind("event", view.eventOf(id, reader.user()));
    EventListStore.Page page = new EventListStore.Page(matching, "null::text", "e.sequence", 0, 1L);
    return store.list(
        page, rows -> rows.hasNext() ? Optional.of(rows.next().event()) : Optional.empty());
  }

  private Conditions look(View view, Reader reader) {
    return Conditions.ofLook(view, reader, settings, expiry.now().atOffset(ZoneOffset.UTC));
  }

  private static boolean isBySequence(Order order) {
    return order.field() == EventField.SEQUENCE;
  }

  private static String orderBy(Order order, Expressions fields) {
    String direction = order.isDescending() ? " desc" : "";
    String bySequence = "e.sequence" + direction;
    if (isBySequence(order)) {
      return bySequence;
    }
    String key = fields.orderKey(order.field()) + direction;
    // Said only where it matters: an index in this order has its nulls where PostgreSQL puts them.
    return key + (isAlwaysThere(order.field()) ? ", " : " nulls last, ") + bySequence;
  }

  private static boolean isAlwaysThere(EventField field) {
    return switch (field) {
      case ID,
          NOTIFICATION_ID,
          NAME,
          SEQUENCE,
          SUMMARY,
          EVENT_TIME,
          SOURCE,
          RESOURCE_ID,
          RESOURCE_TYPE,
          CORRELATION_ID,
          SEVERITY,
          CLASS,
          DESCRIPTION,
          CREATED_AT,
          CREATED_BY ->
          true;
      case ADDITIONAL_RESOURCE_IDS,
          DESCRIPTION_URL,
          CORRECTIVE_ACTION,
          CORRECTIVE_ACTION_URL,
          VISIBILITY,
          DESTINATIONS,
          RESOURCE_URI,
          RESOURCE_COLLECTION_URL,
          RESOURCE_METHOD,
          RESOURCE_METHOD_RESULT,
          USER_ID,
          ACCOUNT_ID,
          TTL,
          IS_ACKNOWLEDGEABLE,
          LABEL_NAMES,
          LABEL_VALUES ->
          false;
    };
  }

  private static String after(
      Order order, Position position, Expressions fields, Conditions conditions) {
    String comparison = order.isDescending() ? "<" : ">";
    String sequence = conditions.parameter(position.sequence());
    if (isBySequence(order)) {
      return "e.sequence %s %s".formatted(comparison, sequence);
    }
    String key = fields.orderKey(order.field());
    if (position.key() == null) {
      return "%s is null and e.sequence %s %s".formatted(key, comparison, sequence);
    }
    String value = Expressions.orderKeyOf(order.field(), conditions.parameter(position.key()));
    String behind = "(%s, e.sequence) %s (%s, %s)".formatted(key, comparison, value, sequence);
    return isAlwaysThere(order.field()) ? behind : "(%s or %s is null)".formatted(behind, key);
  }
}
