package io.tocsin.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The database cannot be reached, or cannot do its work, right now. Not a bug: a later try may
 * work. When it comes out of a commit, whether the commit happened is unknown.
 */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How deep a chain of causes is searched; it could be circular. */
  private static final int MAX_CAUSES = 16;

  /** Connection lost, out of resources, trouble with the server's files. */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "58");

  /**
   * Shut down, crashed, starting up, database dropped; read-only: the server has become a standby
   * and the pool has not noticed yet; idle in a transaction for too long: we were stopped; a
   * statement cancelled by its time-out; and given up for another transaction, for whoever does not
   * repeat that ({@link Conflicts#onceMore}).
   */
  private static final Set<String> UNAVAILABLE_STATES =
      Set.of("57P01", "57P02", "57P03", "57P04", "25006", "25P03", "57014", "40001", "40P01");

  StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** For a wait for the database that was given up. */
  public static StoreUnavailableException because(String reason) {
    return new StoreUnavailableException(reason, null);
  }

  /**
   * For plain JDBC: what to throw instead of {@code failure}. Gives a {@code
   * StoreUnavailableException} if the database could not be reached, an {@link
   * IllegalStateException} if it could (a bug).
   */
  public static RuntimeException translate(SQLException failure) {
    StoreUnavailableException unavailable = findIn(failure);
    return unavailable != null
        ? unavailable
        : new IllegalStateException("SQL failed: " + failure.getMessage(), failure);
  }

  /** Null when {@code failure} has another reason. */
  static @Nullable StoreUnavailableException findIn(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof StoreUnavailableException already) {
        return already;
      }
      if (cause instanceof SQLException sql && meansUnavailable(sql)) {
        return new StoreUnavailableException(
            "The database cannot do its work now: " + sql.getMessage(), failure);
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static boolean meansUnavailable(SQLException failure) {
    // The pool's own time-out carries no SQLSTATE when no connection failed before it.
    if (failure instanceof SQLTransientConnectionException) {
      return true;
    }
    String state = failure.getSQLState();
    return state != null
        && (UNAVAILABLE_STATES.contains(state)
            || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2))));
  }
}
