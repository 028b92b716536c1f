package io.tocsin.simulation;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database as one node reaches it. From getting a connection to giving it back, its thread runs
 * alone: transactions of a world happen one after the other, in an order that the seed decides, and
 * take no time.
 *
 * <p>What the real one does under transactions that run at the same moment (locks, waits,
 * deadlocks) is not seen here; the tests of the stores look at that.
 */
final class NodeDatabase implements DataSource {
  /** What becomes of a commit. */
  enum Fate {
    GOES_WELL,
    /** The connection breaks before it; nothing is stored. */
    LOST,
    /** The connection breaks after it; it is stored, and the node does not know. */
    STORED_UNKNOWN,
    /** The node dies before it. */
    DIES_BEFORE,
    /** The node dies after it. */
    DIES_AFTER,
    /**
     * Nothing is stored, and the node is told that it was. No real database does this. Befalls
     * statements outside of transactions, as the intake's.
     */
    STORED_BY_NAME_ONLY
  }

  /** What the world has in store for this node. */
  interface Surroundings {
    String nodeId();

    String nodeName();

    /** The database's own clock. */
    Instant now();

    /** What is sent in the place of a statement. */
    String rewrite(String sql);

    /** Waits as long as the way to the database takes. */
    void travel() throws InterruptedException;

    /** Null while the database can be reached; otherwise how long the node tries in vain. */
    @Nullable Duration cut();

    void sleep(Duration duration) throws InterruptedException;

    Fate nextCommit();

    /** The node gets no more turns; never returns. */
    void die();

    /** Something was committed. */
    void committed() throws SQLException;
  }

  private static final String CONNECTION_LOST = "08006";

  /** Whose thread it is; what a thread starts is of the same. */
  private static final InheritableThreadLocal<Surroundings> CURRENT =
      new InheritableThreadLocal<>();

  private final SimulationDatabase database;

  NodeDatabase(SimulationDatabase database) {
    this.database = database;
  }

  /** The current thread, and what it starts from now on, belongs to these. */
  static void enter(Surroundings surroundings) {
    CURRENT.set(surroundings);
  }

  @Override
  public Connection getConnection() throws SQLException {
    Surroundings surroundings = CURRENT.get();
    try {
      surroundings.travel();
      Duration cut = surroundings.cut();
      if (cut != null) {
        surroundings.sleep(cut);
        if (surroundings.cut() != null) {
          throw new SQLTransientConnectionException("no connection within " + cut);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted while waiting for a connection", e);
    }
    if (Thread.currentThread().isInterrupted()) {
      // The driver would find its socket closed by the interrupt.
      throw new SQLTransientConnectionException("closed by interrupt");
    }
    VirtualThreads.pin();
    try {
      database.enter(surroundings.now(), surroundings.nodeId(), surroundings.nodeName());
    } catch (SQLException | RuntimeException e) {
      VirtualThreads.unpin();
      throw e;
    }
    return new Lent(surroundings).proxy();
  }

  /** The connection in the hands of one thread. */
  private final class Lent {
    private final Connection real = database.connection();
    private final Surroundings surroundings;
    private boolean isBroken;
    private boolean isOpen = true;

    Lent(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    Connection proxy() {
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> onConnection(method, arguments));
    }

    private @Nullable Object onConnection(Method method, Object @Nullable [] arguments)
        throws Throwable {
      return switch (method.getName()) {
        case "close" -> {
          giveBack();
          yield null;
        }
        case "isClosed" -> !isOpen;
        case "commit" -> {
          checkWhole();
          commit();
          yield null;
        }
        case "prepareStatement" -> {
          checkWhole();
          yield prepared(method, arguments);
        }
        default -> {
          checkWhole();
          yield call(real, method, arguments);
        }
      };
    }

    private PreparedStatement prepared(Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (arguments != null && arguments[0] instanceof String sql) {
        arguments[0] = surroundings.rewrite(sql);
      }
      PreparedStatement statement =
          (PreparedStatement) Objects.requireNonNull(call(real, method, arguments));
      return real.getAutoCommit() && writes(arguments) ? committing(statement) : statement;
    }

    private static boolean writes(Object @Nullable [] arguments) {
      return arguments != null && String.valueOf(arguments[0]).contains("insert into");
    }

    /** A statement outside of a transaction commits by itself; fates befall it as a commit. */
    private PreparedStatement committing(PreparedStatement statement) {
      return (PreparedStatement)
          Proxy.newProxyInstance(
              PreparedStatement.class.getClassLoader(),
              new Class<?>[] {PreparedStatement.class},
              (_, method, arguments) -> {
                if (!method.getName().equals("execute")) {
                  return call(statement, method, arguments);
                }
                Fate fate = surroundings.nextCommit();
                before(fate);
                if (fate == Fate.STORED_BY_NAME_ONLY) {
                  real.setAutoCommit(false);
                }
                Object result = call(statement, method, arguments);
                if (fate == Fate.STORED_BY_NAME_ONLY) {
                  clean();
                }
                after(fate);
                return result;
              });
    }

    private void commit() throws SQLException {
      Fate fate = surroundings.nextCommit();
      before(fate);
      real.commit();
      after(fate);
    }

    private void before(Fate fate) throws SQLException {
      switch (fate) {
        case LOST -> throw lost();
        case DIES_BEFORE -> die();
        case GOES_WELL, STORED_UNKNOWN, DIES_AFTER, STORED_BY_NAME_ONLY -> {}
      }
    }

    private void after(Fate fate) throws SQLException {
      surroundings.committed();
      switch (fate) {
        case STORED_UNKNOWN -> throw lost();
        case DIES_AFTER -> die();
        case GOES_WELL, LOST, DIES_BEFORE, STORED_BY_NAME_ONLY -> {}
      }
    }

    private void die() throws SQLException {
      clean();
      isOpen = false;
      VirtualThreads.unpin();
      surroundings.die();
    }

    private SQLException lost() throws SQLException {
      clean();
      isBroken = true;
      return new SQLException("the connection was cut", CONNECTION_LOST);
    }

    private void checkWhole() throws SQLException {
      if (isBroken) {
        throw new SQLException("the connection was cut", CONNECTION_LOST);
      }
    }

    private void clean() throws SQLException {
      if (!real.getAutoCommit()) {
        real.rollback();
        real.setAutoCommit(true);
      }
    }

    private void giveBack() throws SQLException {
      if (isOpen) {
        isOpen = false;
        try {
          clean();
        } finally {
          VirtualThreads.unpin();
        }
      }
    }
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException(type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
