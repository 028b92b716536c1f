package io.tocsin.store;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What the database says when two changes meet. */
public final class Conflicts {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";

  private Conflicts() {}

  /** True when {@code failure} is the breach of that unique index. */
  public static boolean isBreachOf(String index, JdbiException failure) {
    return sqlCause(failure) instanceof PSQLException e
        && UNIQUE_VIOLATION.equals(e.getSQLState())
        && e.getServerErrorMessage() != null
        && index.equals(e.getServerErrorMessage().getConstraint());
  }

  /** True when the database gave up one of two transactions, and a repeat will find its way. */
  public static boolean isWorthRepeating(Throwable failure) {
    SQLException cause = sqlCause(failure);
    return cause != null
        && (DEADLOCK.equals(cause.getSQLState())
            || SERIALIZATION_FAILURE.equals(cause.getSQLState()));
  }

  /** Runs a whole transaction, and once more when the database gave it up for another. */
  public static <T> T onceMore(Supplier<T> transaction) {
    try {
      return transaction.get();
    } catch (JdbiException | StoreUnavailableException e) {
      if (isWorthRepeating(e)) {
        return transaction.get();
      }
      throw e;
    }
  }

  private static @Nullable SQLException sqlCause(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException e) {
        return e;
      }
    }
    return null;
  }
}
