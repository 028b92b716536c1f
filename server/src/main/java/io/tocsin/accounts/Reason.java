package io.tocsin.accounts;

/**
 * What is wrong with one parameter, header or field.
 *
 * @param name as the caller wrote it: {@code limit}, {@code items[3].severity}
 * @param reason half a sentence about it that may be shown
 */
record Reason(String name, String reason) {
  @Override
  public String toString() {
    return name.isEmpty() ? reason : name + ": " + reason;
  }
}
