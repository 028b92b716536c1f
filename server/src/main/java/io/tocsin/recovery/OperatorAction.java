package io.tocsin.recovery;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Something that an operator did: who, what, why.
 *
 * @param by a name and a user's id
 * @param details in the order of their names: what it was about, as it was called then, and what is
 *     special about this action
 */
public record OperatorAction(
    UUID id, Instant at, String by, String action, String why, Map<String, String> details) {
  public OperatorAction {
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }
}
