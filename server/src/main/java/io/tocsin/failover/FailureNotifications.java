package io.tocsin.failover;

import io.tocsin.store.Columns;
import io.tocsin.store.Database;
import io.tocsin.store.Keyset;
import io.tocsin.store.PageRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Shows what was accepted, and keeps its status. Thread-safe. */
public final class FailureNotifications {
  /** Columns a list may be sorted by (Instance HA spec §6.2). */
  public static final List<String> SORT_COLUMNS = FailureNotificationStore.KEYSET.columnNames();

  private final Database database;
  private final FailureNotificationStore store = new FailureNotificationStore();

  public FailureNotifications(Database database) {
    this.database = database;
  }

  /** Throws {@link Refusal.Invalid} when the page's marker is unknown. */
  public List<FailureNotification> list(FailureFilter filter, PageRequest page) {
    return database.read(handle -> {
      Keyset.Page keyset = Pages.require(FailureNotificationStore.KEYSET, handle, page);
      return wanted(filter).map(w -> store.list(handle, w, keyset)).orElse(List.of());
    });
  }

  /**
   * The notification with that id.
   *
   * @param id as it stood in the path: any text
   */
  public FailureNotification require(String id) {
    return Ids.parse(id)
        .flatMap(uuid -> database.read(handle -> store.find(handle, uuid)))
        .orElseThrow(() ->
            new RefusedException(new Refusal.NotFound("No notification with id " + id + ".")));
  }

  /** The notification with that number, which a recovery got from the database. */
  public FailureNotification require(long number) {
    return database.read(handle -> store.find(handle, number)).orElseThrow(() -> missing(number));
  }

  /** What is told of those reports, in the order of their numbers. */
  public List<Reported> reported(Handle handle, List<Long> numbers) {
    return numbers.isEmpty() ? List.of() : store.reported(handle, numbers);
  }

  /** Names of the hosts that an open report says are dead. */
  public Set<String> hostsReportedDead(Handle handle) {
    return store.hostsReportedDead(handle);
  }

  /**
   * Writes a status inside the caller's transaction; which changes make sense, the caller knows.
   *
   * @param message replaces the one before; null removes it
   */
  public void changeStatus(
      Handle handle, long number, FailureStatus status, @Nullable String message) {
    if (!store.changeStatus(handle, number, status, message)) {
      throw missing(number);
    }
  }

  /** Empty when nothing can match, so that garbage never searches ten million rows. */
  private static Optional<FailureNotificationStore.Wanted> wanted(FailureFilter filter) {
    FailureStatus status = null;
    if (filter.status() != null) {
      status = find(FailureStatus.values(), filter.status(), Columns::lower);
      if (status == null) {
        return Optional.empty();
      }
    }
    FailureType type = null;
    if (filter.type() != null) {
      type = find(FailureType.values(), filter.type(), Enum::name);
      if (type == null) {
        return Optional.empty();
      }
    }
    UUID host = null;
    if (filter.sourceHost() != null) {
      host = Ids.parse(filter.sourceHost()).orElse(null);
      if (host == null) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new FailureNotificationStore.Wanted(status, type, host, filter.generatedSince()));
  }

  private static <E extends Enum<E>> @Nullable E find(
      E[] constants, String text, Function<E, String> wire) {
    return Arrays.stream(constants)
        .filter(c -> wire.apply(c).equals(text))
        .findFirst()
        .orElse(null);
  }

  private static IllegalStateException missing(long number) {
    return new IllegalStateException("no failure notification has the number " + number);
  }
}
