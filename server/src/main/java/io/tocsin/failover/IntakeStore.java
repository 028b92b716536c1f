package io.tocsin.failover;

import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides and stores a batch of reports.
 *
 * <p>Two statements, sent together. The first locks the hosts in the order of their numbers, which
 * every other writer of several hosts follows, so that nobody waits for each other. The second sees
 * what was committed while the first waited, because under read committed each statement has a
 * snapshot of its own: decided in one statement, two nodes could accept the same report. What the
 * first has locked is handed to the second in a setting that lives as long as the transaction. A
 * host that got its name in between is not locked and counts as unknown.
 *
 * <p>With autocommit on, the driver sends both statements and one Sync in one packet; the server
 * runs what comes before a Sync as one transaction (PostgreSQL, "Pipelining" in the protocol's
 * description). So a batch costs one round trip, and an error anywhere leaves nothing behind.
 */
final class IntakeStore {
  /**
   * The lateral subqueries that cannot be flattened ({@code offset 0}) make each host one look into
   * an index. Joined freely, a plan made for "some hosts" reads all of them for each batch.
   */
  private static final String ACCEPT =
      """
      with named as materialized (
        select distinct h.id
          from unnest(?) as n (name)
         cross join lateral (
                 select id from host where name = n.name and deleted_at is null offset 0) h
         order by h.id),
      locked as materialized (
        select h.id
          from named n
         cross join lateral (
                 select id from host
                  where id = n.id and deleted_at is null
                    for no key update) h)
      select set_config('tocsin.locked_hosts', coalesce(array_agg(id)::text, '{}'), true)
        from locked;
      with locked as materialized (
        select h.id, h.uuid, h.name, h.on_maintenance, h.segment_uuid
          from unnest(current_setting('tocsin.locked_hosts')::bigint[]) as l (id)
         cross join lateral (
                 select h.id, h.uuid, h.name, h.on_maintenance, s.uuid as segment_uuid
                   from host h join segment s on s.id = h.segment_id
                  where h.id = l.id offset 0) h),
      decided as materialized (
        select r.ordinal, r.type, r.payload, r.generated_time, l.id as host_id,
               l.uuid as host_uuid, l.segment_uuid, l.on_maintenance, twin.latest,
               case when not l.on_maintenance and twin.latest is null
                    then nextval('failure_notification_id_seq') end as id,
               case when not l.on_maintenance and twin.latest is null
                    then gen_random_uuid() end as uuid
          from (select hostname, type, payload::jsonb, generated_time::timestamptz,
                       judged_time::timestamptz, ordinal
                  from unnest(?, ?, ?, ?, ?) with ordinality
                         as r (hostname, type, payload, generated_time, judged_time, ordinal)
                offset 0) r
          left join locked l on l.name = r.hostname
          left join lateral (
                 -- Index failure_notification_duplicates, from its latest entry.
                 select n.generated_time as latest from failure_notification n
                  where n.host_id = l.id
                    and jsonb_hash(n.payload) = jsonb_hash(r.payload)
                    and n.generated_time >= r.judged_time - ? * interval '1 microsecond'
                    and n.type = r.type and n.payload = r.payload
                  order by n.generated_time desc limit 1) twin on true),
      stored as (
        insert into failure_notification
               (id, uuid, host_id, host_uuid, segment_uuid, type, payload, generated_time)
        overriding system value
        select id, uuid, host_id, host_uuid, segment_uuid, type, payload, generated_time
          from decided
         where id is not null)
      select ordinal, host_id is not null as host_is_known, on_maintenance, latest, id, uuid,
             host_uuid, segment_uuid, date_trunc('second', now()) as created_at
        from decided\
      """;

  /**
   * The same for one report, at a third of the price; what it does not store, {@link #ACCEPT} is
   * asked about. Index failure_notification_duplicates.
   */
  private static final String ACCEPT_ONE =
      """
      select set_config('tocsin.locked_hosts', id::text, true) from host
       where name = ? and deleted_at is null
         for no key update;
      with report as materialized (
        select ?::jsonb as payload, ?::timestamptz as generated_time)
      insert into failure_notification
             (host_id, host_uuid, segment_uuid, type, payload, generated_time)
      select h.id, h.uuid, s.uuid, ?, r.payload, r.generated_time
        from report r cross join host h join segment s on s.id = h.segment_id
       where h.id = nullif(current_setting('tocsin.locked_hosts', true), '')::bigint
         and h.name = ? and h.deleted_at is null and not h.on_maintenance
         and not exists (
               select 1 from failure_notification n
                where n.host_id = h.id
                  and jsonb_hash(n.payload) = jsonb_hash(r.payload)
                  and n.generated_time >= r.generated_time - ? * interval '1 microsecond'
                  and n.type = ? and n.payload = r.payload)
      returning id, uuid, host_uuid, segment_uuid, created_at\
      """;

  /**
   * One report to decide.
   *
   * @param judgedAs the report whose verdict this one shares; itself, if any
   */
  record Row(FailureReport report, FailureReport judgedAs) {}

  /** What the database said about one report. */
  sealed interface Verdict {
    record Stored(FailureNotification notification) implements Verdict {}

    record UnknownHost() implements Verdict {}

    record OnMaintenance() implements Verdict {}

    /** An equal report is stored already; the latest of them was generated then. */
    record Duplicate(Instant latest) implements Verdict {}
  }

  private final Database database;

  IntakeStore(Database database) {
    this.database = database;
  }

  /**
   * The verdicts in the order of the rows; all stored ones are committed. Throws {@link
   * StoreUnavailableException}.
   */
  List<Verdict> accept(List<Row> rows, Duration window) {
    try (Connection connection = database.pool().getConnection()) {
      try {
        return decide(connection, rows, window);
      } catch (SQLException e) {
        if (Conflicts.isWorthRepeating(e)) {
          return decide(connection, rows, window);
        }
        throw e;
      }
    } catch (SQLException e) {
      throw StoreUnavailableException.translate(e);
    }
  }

  private static List<Verdict> decide(Connection connection, List<Row> rows, Duration window)
      throws SQLException {
    if (rows.size() == 1) {
      Optional<Verdict> stored = storeOne(connection, rows.getFirst().report(), window);
      if (stored.isPresent()) {
        return List.of(stored.get());
      }
    }
    return decideAll(connection, rows, window);
  }

  private static Optional<Verdict> storeOne(
      Connection connection, FailureReport report, Duration window) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ACCEPT_ONE)) {
      statement.setString(1, report.hostname());
      statement.setString(2, Payloads.write(report.payload()));
      statement.setString(3, report.generatedTime().toString());
      statement.setString(4, report.type().name());
      statement.setString(5, report.hostname());
      statement.setLong(6, micros(window));
      statement.setString(7, report.type().name());
      statement.execute();
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        return row.next() ? Optional.of(stored(row, report)) : Optional.empty();
      }
    }
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static List<Verdict> decideAll(Connection connection, List<Row> rows, Duration window)
      throws SQLException {
    int size = rows.size();
    String[] hostnames = new String[size];
    String[] types = new String[size];
    String[] payloads = new String[size];
    String[] generatedTimes = new String[size];
    String[] judgedTimes = new String[size];
    for (int i = 0; i < size; i++) {
      FailureReport report = rows.get(i).report();
      hostnames[i] = report.hostname();
      types[i] = report.type().name();
      payloads[i] = Payloads.write(report.payload());
      generatedTimes[i] = report.generatedTime().toString();
      judgedTimes[i] = rows.get(i).judgedAs().generatedTime().toString();
    }
    try (PreparedStatement statement = connection.prepareStatement(ACCEPT)) {
      Array names = connection.createArrayOf("text", hostnames);
      statement.setArray(1, names);
      statement.setArray(2, names);
      statement.setArray(3, connection.createArrayOf("text", types));
      statement.setArray(4, connection.createArrayOf("text", payloads));
      statement.setArray(5, connection.createArrayOf("text", generatedTimes));
      statement.setArray(6, connection.createArrayOf("text", judgedTimes));
      statement.setLong(7, micros(window));
      statement.execute();
      statement.getMoreResults();
      try (ResultSet results = statement.getResultSet()) {
        return verdicts(results, rows);
      }
    }
  }

  private static List<Verdict> verdicts(ResultSet results, List<Row> rows) throws SQLException {
    @Nullable Verdict[] verdicts = new Verdict[rows.size()];
    while (results.next()) {
      int index = Math.toIntExact(results.getLong(1)) - 1;
      verdicts[index] = verdict(results, rows.get(index).report());
    }
    List<Verdict> all = new ArrayList<>(verdicts.length);
    for (Verdict verdict : verdicts) {
      if (verdict == null) {
        throw new IllegalStateException("the database left a report without a verdict");
      }
      all.add(verdict);
    }
    return all;
  }

  private static Verdict verdict(ResultSet row, FailureReport report) throws SQLException {
    if (!row.getBoolean("host_is_known")) {
      return new Verdict.UnknownHost();
    }
    if (row.getBoolean("on_maintenance")) {
      return new Verdict.OnMaintenance();
    }
    OffsetDateTime latest = row.getObject("latest", OffsetDateTime.class);
    if (latest != null) {
      return new Verdict.Duplicate(latest.toInstant());
    }
    return stored(row, report);
  }

  private static Verdict stored(ResultSet row, FailureReport report) throws SQLException {
    return new Verdict.Stored(
        new FailureNotification(
            row.getLong("id"),
            new FailureNotificationId(row.getObject("uuid", UUID.class)),
            report.generatedTime(),
            new HostId(row.getObject("host_uuid", UUID.class)),
            new SegmentId(row.getObject("segment_uuid", UUID.class)),
            report.type(),
            report.payload(),
            FailureStatus.NEW,
            null,
            Columns.instant(row, "created_at"),
            null));
  }
}
