package io.tocsin.contract;

/**
 * One thing a description has.
 *
 * @param method upper case
 * @param path as the description writes it: {@code /v1/segments/{segment}}
 */
public record Operation(String method, String path) {
  @Override
  public String toString() {
    return method + " " + path;
  }
}
