package io.tocsin.masakari;

/** A row of a list of the source. */
sealed interface Row<T> {
  /** The source's integer id. */
  long number();

  /** One that makes sense to us. */
  record Read<T>(long number, T value) implements Row<T> {}

  /** One that does not. */
  record Unreadable<T>(long number, String id, String why) implements Row<T> {}
}
