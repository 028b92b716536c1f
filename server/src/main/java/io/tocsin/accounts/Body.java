package io.tocsin.accounts;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What a request that writes something brings. */
final class Body {
  private static final String CONTENT_TYPE = "Content-Type";

  private Body() {}

  /** What is wrong with the kind of body that the headers tell of; nothing where nothing is. */
  static List<Reason> flawsOfType(Headers headers, List<String> offers) {
    List<String> types = headers.all(CONTENT_TYPE);
    boolean isKnown =
        types.size() == 1
            && offers.stream()
                .map(offer -> offer.toLowerCase(Locale.ROOT))
                .anyMatch(Accept.withoutParameters(types.getFirst())::equals);
    return isKnown
        ? List.of()
        : List.of(new Reason(CONTENT_TYPE, "must be one of " + String.join(", ", offers)));
  }

  /** The document; whatever it is, it is JSON. */
  static JsonNode document(Request request) {
    try {
      return Json.parse(request.body());
    } catch (MalformedJsonException _) {
      throw Problem.NOT_JSON.asException();
    }
  }
}
