package io.tocsin.feed;

import io.tocsin.store.Database;
import java.util.Optional;
import java.util.UUID;

/**
 * What users have read. A mark says that a user has <em>not</em> read a notification (Astra spec
 * §4), and there would be one for each user and notification; so what is stored is the opposite, a
 * bit for each that was read, and the marks are what is left. Thread-safe.
 */
public final class ReadMarks {
  private final Database database;
  private final EventLists lists;

  public ReadMarks(Database database, EventLists lists) {
    this.database = database;
    this.lists = lists;
  }

  /** Takes the reader's mark away; false when there is no such mark, or not any more. */
  public boolean markRead(Reader reader, UUID mark) {
    Optional<Event> unread = lists.find(View.UNREAD, reader, mark);
    return unread.isPresent()
        && database.inTransaction(
            tx -> MarkStore.markRead(tx, reader.account(), reader.user(), unread.get().sequence()));
  }
}
