package io.tocsin.identity;

import io.tocsin.store.Columns;

/** Whether a user has begun to use their account, or was stopped (Astra spec §8.2). */
public enum UserState {
  PENDING,
  ACTIVE,
  SUSPENDED;

  /** The wire's and the database's spelling. */
  public String wire() {
    return Columns.lower(this);
  }
}
