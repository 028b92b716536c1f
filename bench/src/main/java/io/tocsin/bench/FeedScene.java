package io.tocsin.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A thousand accounts, a user with a token in each, and events. Half of the events belong to
 * {@value #BUSY} busy accounts, so that a page of these is full however few events there are in
 * all.
 */
final class FeedScene implements AutoCloseable {
  static final int ACCOUNTS = 1000;
  static final int BUSY = 20;

  private static final int FILL_AT_ONCE = 100_000;

  private static final String PEOPLE =
      """
      insert into account (id, name, created_by)
      select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'bench-' || i,
             '00000000-0000-0000-0000-000000000000'
        from generate_series(0, 999) i;
      insert into account_user (id, name, created_by)
      values ('00000000-0000-4000-9000-000000000000', 'bench',
              '00000000-0000-0000-0000-000000000000');
      insert into role_binding (id, account_id, user_id, role, created_by)
      select gen_random_uuid(), id, '00000000-0000-4000-9000-000000000000', 'owner',
             '00000000-0000-0000-0000-000000000000'
        from account where name like 'bench-%';
      insert into api_token (id, account_id, user_id, name, digest, created_by)
      select gen_random_uuid(), a.id, '00000000-0000-4000-9000-000000000000', 'bench',
             sha256(convert_to('tocsin_' || lpad(substr(a.name, 7), 43, '0'), 'UTF8')),
             '00000000-0000-0000-0000-000000000000'
        from account a where name like 'bench-%';
      insert into account_feed (account_id) select id from account where name like 'bench-%';
      """;

  /** One event a second and account; four of five are notifications, one of five a warning. */
  private static final String EVENTS =
      """
      insert into event
             (account_id, sequence, id, name, summary, event_time, source, resource_id,
              additional_resource_ids, resource_type, correlation_id, severity, class,
              description, destinations, created_at, created_by, expires_at)
      select ('00000000-0000-4000-8000-' || lpad(p.account::text, 12, '0'))::uuid, p.place,
             gen_random_uuid(), 'harbour.disk.usage.high', 'Disk of node ' || i || ' almost full',
             date_trunc('second', timestamptz '2030-01-01 00:00:00Z' + p.place * interval '1 s'),
             'watch', gen_random_uuid(), '{}', 'application/astra-managedCluster',
             gen_random_uuid(),
             (array['warning', 'informational', 'informational', 'cleared', 'critical'])
               [(p.place % 5) + 1],
             'system', 'Node ' || i || ' uses 91% of its disk; it had 84% of it an hour ago.',
             case when p.place % 25 >= 5 then '{notification}'::text[] end,
             timestamptz '2030-01-01 00:00:00Z' + p.place * interval '1 s',
             '00000000-0000-0000-0000-000000000000', ?::timestamptz
        from generate_series(?::bigint, ?::bigint) i
       cross join lateral (
               select case when i % 2 = 0 then i / 2 % 20 else 20 + i / 2 % 980 end as account,
                      case when i % 2 = 0 then i / 40 else i / 1960 end + 1 as place) p
      """;

  private final HikariDataSource pool;
  private long filled;

  FeedScene(DatabaseSettings settings) throws SQLException {
    pool = Databases.connect(settings.withPoolSize(1));
    execute("set statement_timeout = 0", PEOPLE);
  }

  static String token(int account) {
    return "tocsin_" + "0".repeat(43 - Integer.toString(account).length()) + account;
  }

  static UUID account(int number) {
    return UUID.fromString("00000000-0000-4000-8000-%012d".formatted(number));
  }

  /** Adds events until there are so many; the indexes are made anew where that is quicker. */
  void fillTo(long events, @Nullable Instant expiry) throws SQLException {
    List<String> indexes = events - filled > 2_000_000 ? dropIndexes() : List.of();
    try (Connection connection = pool.getConnection();
        Statement session = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement(EVENTS)) {
      session.execute("set statement_timeout = 0");
      while (filled < events) {
        long to = Math.min(events, filled + FILL_AT_ONCE);
        insert.setObject(1, expiry == null ? null : expiry.atOffset(ZoneOffset.UTC));
        insert.setLong(2, filled);
        insert.setLong(3, to - 1);
        insert.executeUpdate();
        filled = to;
        FeedBench.progress("Filling: %d of %d".formatted(filled, events));
      }
    }
    execute("set statement_timeout = 0", "set maintenance_work_mem = '512MB'");
    execute(indexes.toArray(String[]::new));
    execute(
        """
        update account_feed f set last_sequence = coalesce(
          (select max(sequence) from event e where e.account_id = f.account_id), 0)
        """,
        "vacuum analyze event",
        "checkpoint");
  }

  private List<String> dropIndexes() throws SQLException {
    List<String> definitions = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select indexname, indexdef from pg_indexes
                 where tablename = 'event' and indexname <> 'event_pkey'
                """)) {
      while (rows.next()) {
        names.add("drop index " + rows.getString(1));
        definitions.add(rows.getString(2));
      }
    }
    execute(names.toArray(String[]::new));
    return definitions;
  }

  /** Whence pgbench takes its places, far from ours. */
  void makeSequence() throws SQLException {
    execute("create sequence bench_sequence start 1000000000000");
  }

  /** Events that are over and still stored. */
  long expired() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select count(*) from event where expires_at <= now()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
