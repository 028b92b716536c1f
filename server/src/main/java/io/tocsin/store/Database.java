package io.tocsin.store;

import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Transactions on the one database that all nodes share. Thread-safe. */
public final class Database {
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
        handle.rollback();
        throw e;
      }
      handle.commit();
      commits.afterCommit();
      return result;
    }
  }

  /** Runs statements that each commit by themselves; for reading. */
  public <T> T read(Function<Handle, T> work) {
    try (Handle handle = jdbi.open()) {
      return work.apply(handle);
    }
  }

  /** For the few statements hot enough to be plain JDBC. */
  public DataSource pool() {
    return pool;
  }
}
