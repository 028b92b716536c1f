package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.store.Database;

/**
 * The rules of how long accounts keep their events. They hold for what comes after. Thread-safe.
 */
public final class Lives {
  private final Database database;

  public Lives(Database database) {
    this.database = database;
  }

  public Life of(AccountId account) {
    return database.read(handle -> StateStore.life(handle, account)).orElse(Life.UNLIMITED);
  }

  public void set(AccountId account, Life life) {
    database.inTransaction(tx -> {
      StateStore.setLife(tx, account, life);
      return life;
    });
  }
}
