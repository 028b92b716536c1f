package io.tocsin.identity;

import java.util.Set;
import java.util.UUID;

/** To which resources a role is narrowed (Astra spec §8.5). */
public sealed interface ResourceScope {
  ResourceScope EVERYTHING = new Everything();

  record Everything() implements ResourceScope {}

  /**
   * Only what belongs to these namespaces.
   *
   * @param ids none: nothing at all
   */
  record Namespaces(Set<UUID> ids) implements ResourceScope {
    public Namespaces {
      ids = Set.copyOf(ids);
    }
  }
}
