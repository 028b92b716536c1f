package io.tocsin.simulation;

import io.tocsin.store.BareDatabase;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGNotification;
import org.postgresql.core.BaseConnection;

/**
 * A real database for one world after the other. Its clock is the world's: the functions {@code
 * now}, {@code clock_timestamp} and {@code gen_random_uuid} stand in front of PostgreSQL's own in
 * the search path. Triggers note down what each transaction changes.
 *
 * <p>One connection serves all nodes, because the threads of a world take turns transaction by
 * transaction. Its plans are generic ones over tables that are empty when a world begins, so that
 * no earlier world can make a difference.
 */
final class SimulationDatabase implements AutoCloseable {
  private final BareDatabase bare = new BareDatabase();
  private final DatabaseSettings settings;
  private final String findUsed;

  /**
   * For all nodes of all worlds: what it has learned of the product's statements is worth keeping.
   */
  private final Database database = new Database(new NodeDatabase(this), CommitObserver.NONE);

  private @Nullable Connection connection;

  /** What one transaction changed, in words; a promise where that is not allowed. */
  record Note(@Nullable String promise, String what) {}

  SimulationDatabase() {
    DatabaseSettings original = bare.settings();
    String url = original.url();
    settings =
        DatabaseSettings.of(
            url
                + (url.contains("?") ? "&" : "?")
                + "options=-c%20search_path=public,sim,pg_catalog%20-c%20sim.now=2026-01-01T00:00:00Z"
                + "&prepareThreshold=1",
            original.user(),
            original.password());
    try (Connection setUp = BareDatabase.open(settings);
        Statement statement = setUp.createStatement()) {
      statement.execute(text("clock.sql"));
      Migrations.migrate(settings);
      statement.execute(text("audit.sql"));
      List<String> tables = emptyTables(statement);
      // Statistics that come and go would change plans, and with them the order of rows.
      for (String table : tables) {
        statement.execute("alter table " + table + " set (autovacuum_enabled = off)");
      }
      findUsed =
          tables.stream()
              .map("select '%1$s' where exists (select from %1$s)"::formatted)
              .collect(Collectors.joining(" union all "));
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
    wakeThePollers();
  }

  /**
   * The JDK starts the virtual threads that watch sockets with the first socket that a virtual
   * thread waits on, and like any they would run where that one runs: on a world's loop, which
   * would then wait for itself.
   */
  private void wakeThePollers() {
    try {
      Thread.ofVirtual()
          .start(() -> {
            try (Connection any = BareDatabase.open(settings)) {
              any.isValid(0);
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          })
          .join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String name) throws IOException {
    try (InputStream in = SimulationDatabase.class.getResourceAsStream("/simulation/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Those that a world begins with empty; what a migration has filled in stays. */
  private static List<String> emptyTables(Statement statement) throws SQLException {
    List<String> all = new ArrayList<>();
    try (ResultSet names =
        statement.executeQuery(
            "select quote_ident(tablename) from pg_tables where schemaname = 'public' order by 1")) {
      while (names.next()) {
        all.add(names.getString(1));
      }
    }
    List<String> empty = new ArrayList<>();
    for (String table : all) {
      try (ResultSet row = statement.executeQuery("select exists (select from " + table + ")")) {
        row.next();
        if (!row.getBoolean(1)) {
          empty.add(table);
        }
      }
    }
    return empty;
  }

  /** Empties it for the next world. */
  void begin() {
    try {
      if (connection == null) {
        connection = BareDatabase.open(settings);
        // Plans made for the values at hand would depend on the worlds before.
        execute(
            "set plan_cache_mode = force_generic_plan;"
                + " set idle_in_transaction_session_timeout = 0; listen sim");
      }
      List<String> used = query(findUsed);
      execute(
          (used.isEmpty()
                  ? ""
                  : "truncate " + String.join(", ", used) + " restart identity cascade;")
              + "select setval('sim.ids', 1, false)");
      List<Note> _ = notes();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The product's way to it, as whatever {@link NodeDatabase#enter} said the thread is of. */
  Database database() {
    return database;
  }

  /** The one connection of the world. */
  Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("no world has begun");
    }
    return connection;
  }

  /** The clock, and who uses the connection from now on. */
  void enter(Instant now, String nodeId, String nodeName) throws SQLException {
    try (PreparedStatement statement =
        connection()
            .prepareStatement(
                """
                select set_config('sim.now', ?, false), set_config('sim.node', ?, false),
                       set_config('sim.node_name', ?, false)\
                """)) {
      statement.setString(1, now.toString());
      statement.setString(2, nodeId);
      statement.setString(3, nodeName);
      statement.execute();
    }
  }

  /** What was changed since they were asked for last, and what is wrong now. */
  List<Note> notes() throws SQLException {
    List<Note> notes = new ArrayList<>();
    // They came with the answer to the commit. The driver's public way would wait a millisecond for
    // more.
    PGNotification[] heard =
        connection().unwrap(BaseConnection.class).getQueryExecutor().getNotifications();
    if (heard == null || heard.length == 0) {
      return notes;
    }
    for (PGNotification it : heard) {
      String[] parts = it.getParameter().split("\\|", 3);
      notes.add(new Note(parts[1].isEmpty() ? null : parts[1], parts[2]));
    }
    try (PreparedStatement statement =
            connection().prepareStatement("select promise, what from sim.broken_now");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        notes.add(new Note(rows.getString(1), rows.getString(2)));
      }
    }
    return notes;
  }

  /** Answers the first column of all rows as texts. */
  List<String> query(String sql, String... parameters) {
    return alone(
        sql,
        () -> {
          try (PreparedStatement statement = connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
              statement.setString(i + 1, parameters[i]);
            }
            List<String> all = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                all.add(String.valueOf(rows.getString(1)));
              }
            }
            return all;
          }
        });
  }

  void execute(String sql) {
    alone(
        sql,
        () -> {
          try (Statement statement = connection().createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  private static <T> T alone(String sql, Callable<T> use) {
    try {
      return VirtualThreads.pinned(use);
    } catch (Exception e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static void close(@Nullable Connection open) {
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    close(connection);
    bare.close();
  }
}
