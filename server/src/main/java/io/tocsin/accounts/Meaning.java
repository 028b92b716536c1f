package io.tocsin.accounts;

import io.tocsin.feed.EventField;
import java.util.List;

/** What the name of a field means to filters and orders. */
sealed interface Meaning {
  /** Something that events differ in. */
  record Stored(EventField field) implements Meaning {}

  /** The same text in every item of the list. */
  record Fixed(String text) implements Meaning {}

  /** A field of the contract that no item of the list ever has. */
  record Absent() implements Meaning {}

  /** An object or a list of objects, which cannot be compared. */
  record Composite(List<String> parts) implements Meaning {
    public Composite {
      parts = List.copyOf(parts);
    }
  }
}
