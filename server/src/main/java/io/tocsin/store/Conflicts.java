package io.tocsin.store;

import java.sql.SQLException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What the database says when two changes meet. */
public final class Conflicts {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final String QUERY_CANCELED = "57014";

  private Conflicts() {}

  /** True when {@code failure} is the breach of that unique index. */
  public static boolean isBreachOf(String index, Throwable failure) {
    PSQLException cause = cause(PSQLException.class, failure);
    return cause != null
        && UNIQUE_VIOLATION.equals(cause.getSQLState())
        && cause.getServerErrorMessage() != null
        && index.equals(cause.getServerErrorMessage().getConstraint());
  }

  /** True when the database gave up one of two transactions, and a repeat will find its way. */
  public static boolean isWorthRepeating(Throwable failure) {
    SQLException cause = cause(SQLException.class, failure);
    return cause != null
        && (DEADLOCK.equals(cause.getSQLState())
            || SERIALIZATION_FAILURE.equals(cause.getSQLState()));
  }

  /** True when the database gave a statement up because it took too long. */
  public static boolean wasCancelled(Throwable failure) {
    SQLException cause = cause(SQLException.class, failure);
    return cause != null && QUERY_CANCELED.equals(cause.getSQLState());
  }

  /**
   * Runs a whole transaction, and once more when the database gave it up for another.
   *
   * @param indexes unique ones, whose breach is a reason too: another was faster
   */
  public static <T> T onceMore(Supplier<T> transaction, String... indexes) {
    try {
      return transaction.get();
    } catch (JdbiException | StoreUnavailableException e) {
      if (isWorthRepeating(e) || Stream.of(indexes).anyMatch(index -> isBreachOf(index, e))) {
        return transaction.get();
      }
      throw e;
    }
  }

  private static <E extends SQLException> @Nullable E cause(Class<E> type, Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }
}
