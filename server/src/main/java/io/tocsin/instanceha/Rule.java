package io.tocsin.instanceha;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a value in a request body must be (Instance HA spec §6.1); {@link BodyCheck} applies it. */
sealed interface Rule {
  /** A string of so many characters, counted as Unicode code points, in that form. */
  record Text(int minLength, int maxLength, TextForm form, boolean mayBeNull) implements Rule {
    /** The schema has no limit; what the existing server's column cannot hold it answers 500. */
    private static final int MAX_LONG_TEXT = 65_535;

    static final Text LONG = new Text(0, MAX_LONG_TEXT, TextForm.PRINTABLE);
    static final Text LONG_OR_NULL = new Text(0, MAX_LONG_TEXT, TextForm.PRINTABLE, true);

    Text(int minLength, int maxLength, TextForm form) {
      this(minLength, maxLength, form, false);
    }
  }

  /** One of these strings, case-sensitive. */
  record Choice(List<String> values) implements Rule {
    public Choice {
      values = List.copyOf(values);
    }

    static Choice of(String... values) {
      return new Choice(List.of(values));
    }
  }

  /** A boolean, or one of the strings of {@link Flag}. */
  record Truth() implements Rule {}

  /** An object whose keys look alike and whose values are strings of at most that length. */
  record Strings(TextForm keys, int maxLength) implements Rule {}

  /**
   * An object of known properties and no others.
   *
   * @param properties in the order in which they are checked
   * @param required names that must be there
   * @param presence when the required ones are looked for
   */
  record Structure(List<Property> properties, Set<String> required, Presence presence)
      implements Rule {
    public Structure {
      properties = List.copyOf(properties);
    }

    /** An object with just this property. */
    static Structure under(String name, Rule rule) {
      return withAll(Set.of(name), List.of(new Property(name, rule)));
    }

    /** An object with these properties, of which some are required. */
    static Structure withAll(Set<String> required, List<Property> properties) {
      return new Structure(properties, required, Presence.ALL_AFTER_UNKNOWN);
    }

    /** An object with at least one of these properties. */
    static Structure withAny(List<Property> properties) {
      return new Structure(properties, Set.of(), Presence.ANY);
    }

    /** The same with one more property, not required. */
    Structure and(Property property) {
      List<Property> more = new ArrayList<>(properties);
      more.add(property);
      return new Structure(more, required, presence);
    }
  }

  /** A name and what stands under it. */
  record Property(String name, Rule rule) {}

  /** Which properties must be there, and whether that or unknown ones are complained of first. */
  enum Presence {
    ALL_BEFORE_UNKNOWN,
    ALL_AFTER_UNKNOWN,
    /** At least one property, whichever. */
    ANY
  }
}
