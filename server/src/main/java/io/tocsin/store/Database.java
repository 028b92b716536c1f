package io.tocsin.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Transactions on the one database that all nodes share. Thread-safe. Throws {@link
 * StoreUnavailableException} when the database cannot be reached.
 */
public final class Database {
  private static final int ANSWER_SECONDS = 2;

  private final Jdbi jdbi;
  private final DataSource pool;
  private final CommitObserver commits;

  public Database(DataSource pool, CommitObserver commits) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    this.commits = commits;
  }

  /**
   * Runs {@code work} in one transaction (read committed) and commits, or rolls back when it
   * throws. No call to another system belongs inside.
   */
  public <T> T inTransaction(Function<Handle, T> work) {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      T result;
      try {
        result = work.apply(handle);
        commits.beforeCommit();
      } catch (Throwable e) {
        rollBack(handle, e);
        throw e;
      }
      handle.commit();
      commits.afterCommit();
      return result;
    } catch (JdbiException e) {
      throw translated(e);
    }
  }

  /** Runs statements that each commit by themselves; for reading. */
  public <T> T read(Function<Handle, T> work) {
    try (Handle handle = jdbi.open()) {
      return work.apply(handle);
    } catch (JdbiException e) {
      throw translated(e);
    }
  }

  /** Whether the database answers now; for health checks. Waits as long as the pool does. */
  public boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(ANSWER_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * For the few statements hot enough to be plain JDBC; what these throw goes through {@link
   * StoreUnavailableException#translate}.
   */
  public DataSource pool() {
    return pool;
  }

  /** On a lost connection this fails too, and must not hide the first failure. */
  private static void rollBack(Handle handle, Throwable first) {
    try {
      handle.rollback();
    } catch (JdbiException e) {
      first.addSuppressed(e);
    }
  }

  private static RuntimeException translated(JdbiException e) {
    StoreUnavailableException unavailable = StoreUnavailableException.findIn(e);
    return unavailable != null ? unavailable : e;
  }
}
