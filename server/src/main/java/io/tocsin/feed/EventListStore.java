package io.tocsin.feed;

import io.tocsin.identity.UserId;
import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads the table {@code event}. */
final class EventListStore {
  /** Rows that come from the database at once where all are wanted. */
  private static final int FETCH_SIZE = 500;

  private static final String COLUMNS =
      """
      e.sequence, e.id, e.name, e.summary, e.event_time, e.source, e.resource_id,
      e.additional_resource_ids, e.resource_type, e.correlation_id, e.severity, e.class,
      e.description, e.description_url, e.corrective_action, e.corrective_action_url,
      e.visibility, e.destinations, e.resource_uri, e.resource_collection_url,
      e.resource_method, e.resource_method_result, e.user_id, e.about_account_id, e.ttl,
      e.is_acknowledgeable, e.label_names, e.label_values, e.created_at, e.created_by\
      """;

  private final Database database;
  private final int timeoutSeconds;

  /** An event, and its place in the order that was asked for. */
  record Row(Event event, Position position) {}

  /**
   * What of the matching events is wanted, in which order.
   *
   * @param limit null: all
   */
  record Page(
      Conditions conditions, String orderKeyText, String order, long skip, @Nullable Long limit) {}

  EventListStore(Database database, Duration longestQuery) {
    this.database = database;
    this.timeoutSeconds = Math.toIntExact(longestQuery.toSeconds());
  }

  /**
   * Hands the rows to {@code work}, which need not read them to the end. Indexes: the primary key
   * for the default order, {@code event_by_time} and {@code notification_by_severity} for what
   * clients ask for; other orders sort what the account has.
   */
  <T> T list(Page page, Function<Iterator<Row>, T> work) {
    String sql =
        "select %s,\n%s as order_key\nfrom event e\nwhere %s\norder by %s\noffset :skip%s"
            .formatted(
                COLUMNS,
                page.orderKeyText(),
                page.conditions().sql(),
                page.order(),
                page.limit() == null ? "" : " limit :limit");
    // In a transaction the driver fetches piece by piece; otherwise all is in memory at once.
    Function<Handle, T> reading =
        handle -> {
          try (Query query = query(handle, sql, page.conditions())) {
            query.bind("skip", page.skip()).setFetchSize(FETCH_SIZE);
            if (page.limit() != null) {
              query.bind("limit", page.limit());
            }
            try (ResultIterator<Row> rows = query.map((row, _) -> row(row)).iterator()) {
              return work.apply(rows);
            }
          }
        };
    boolean isSmall = page.limit() != null && page.limit() <= FETCH_SIZE;
    return bounded(() -> isSmall ? database.read(reading) : database.inTransaction(reading));
  }

  long count(Conditions conditions) {
    return bounded(() ->
        database.read(handle -> {
          try (Query query =
              query(handle, "select count(*) from event e where " + conditions.sql(), conditions)) {
            return query.mapTo(Long.class).one();
          }
        }));
  }

  private Query query(Handle handle, String sql, Conditions conditions) {
    return handle.createQuery(sql).setQueryTimeout(timeoutSeconds).bindMap(conditions.parameters());
  }

  private <T> T bounded(java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (StoreUnavailableException e) {
      if (Conflicts.wasCancelled(e)) {
        throw new TooBroadException(timeoutSeconds, e);
      }
      throw e;
    }
  }

  /** Those of the ids that are stored, expired or not, in the order of their places. */
  static List<Event> find(Handle handle, List<UUID> ids) {
    return handle
        .createQuery(
            "select %s, null as order_key from event e where e.id = any (:ids) order by e.sequence"
                .formatted(COLUMNS))
        .bindArray("ids", UUID.class, ids)
        .map((row, _) -> row(row).event())
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    Event event =
        new Event(
            row.getLong("sequence"),
            Columns.uuid(row, "id"),
            Columns.instant(row, "created_at"),
            content(row));
    return new Row(event, new Position(row.getString("order_key"), event.sequence()));
  }

  private static EventContent content(ResultSet row) throws SQLException {
    return new EventContent(
        row.getString("name"),
        row.getString("summary"),
        Columns.instant(row, "event_time"),
        row.getString("source"),
        Columns.uuid(row, "resource_id"),
        List.of((UUID[]) row.getArray("additional_resource_ids").getArray()),
        row.getString("resource_type"),
        Columns.uuid(row, "correlation_id"),
        Columns.fromLower(Severity.class, row.getString("severity")),
        Columns.fromLower(EventClass.class, row.getString("class")),
        row.getString("description"),
        row.getString("description_url"),
        row.getString("corrective_action"),
        row.getString("corrective_action_url"),
        texts(row, "visibility"),
        texts(row, "destinations"),
        row.getString("resource_uri"),
        texts(row, "resource_collection_url"),
        row.getString("resource_method"),
        row.getString("resource_method_result"),
        row.getObject("user_id", UUID.class),
        row.getObject("about_account_id", UUID.class),
        row.getObject("ttl", Long.class),
        row.getObject("is_acknowledgeable", Boolean.class),
        labels(row),
        new UserId(Columns.uuid(row, "created_by")));
  }

  private static List<Label> labels(ResultSet row) throws SQLException {
    List<String> names = texts(row, "label_names");
    List<String> values = texts(row, "label_values");
    if (names == null || values == null || names.isEmpty()) {
      return List.of();
    }
    List<Label> labels = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      labels.add(new Label(names.get(i), values.get(i)));
    }
    return labels;
  }

  private static @Nullable List<String> texts(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null ? null : Arrays.asList((String[]) array.getArray());
  }
}
