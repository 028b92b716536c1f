package io.tocsin.recovery;

import io.tocsin.store.Database;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What operators did, for whoever asks later. Thread-safe. */
public final class ActionLog {
  private final Database database;

  public ActionLog(Database database) {
    this.database = database;
  }

  /**
   * The newest first. Throws {@link OperationRefusedException} for an unknown {@code before}.
   *
   * @param before only those done before that one; null for the newest
   */
  public List<OperatorAction> list(@Nullable UUID before, int limit) {
    return database.read(handle -> {
      long number =
          before == null
              ? Long.MAX_VALUE
              : ActionStore.number(handle, before).orElseThrow(() -> Pauses.unknown("before"));
      return ActionStore.list(handle, number, limit);
    });
  }
}
