package io.tocsin.accounts;

import io.tocsin.http.Response;
import java.util.List;

/**
 * What a route does, and what is checked before it does it.
 *
 * @param offers what its answer can come in, the usual first; none where it has no body
 */
record Operation(Rights rights, List<String> offers, Parameters parameters, Work work) {
  Operation {
    offers = List.copyOf(offers);
  }

  /** What may stand in the query. */
  sealed interface Parameters {
    /** Nothing: whatever there is, is refused. */
    record None() implements Parameters {}

    /** What lists of these take. */
    record OfList(Noun noun) implements Parameters {}

    /** Nobody looks at it. */
    record Ignored() implements Parameters {}
  }

  /** The work itself. */
  @FunctionalInterface
  interface Work {
    Response run(Call call);
  }

  static Operation list(Noun noun, Work work) {
    return new Operation(Rights.READ, noun.listOffers(), new Parameters.OfList(noun), work);
  }

  static Operation show(Noun noun, Work work) {
    return new Operation(Rights.READ, noun.offers(), new Parameters.None(), work);
  }

  /** Something that answers without a body. */
  static Operation act(Work work) {
    return new Operation(Rights.READ, List.of(), new Parameters.None(), work);
  }

  /** Something beside the feed, answered in one of those media types; none for no body. */
  static Operation beside(Rights rights, List<String> offers, Work work) {
    return new Operation(rights, offers, new Parameters.None(), work);
  }

  static Operation publish(Noun noun, Work work) {
    return new Operation(Rights.PUBLISH, noun.listOffers(), new Parameters.None(), work);
  }
}
