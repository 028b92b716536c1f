package io.tocsin.store;

/**
 * A password. Prints as {@code ***}, so that it cannot reach a log by accident.
 *
 * @param value the password itself, for the driver and nobody else
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
