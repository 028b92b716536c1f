package io.tocsin.identity;

import java.util.UUID;

/** A group of users in one account. */
public record GroupId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
