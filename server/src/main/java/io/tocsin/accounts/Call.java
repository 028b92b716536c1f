package io.tocsin.accounts;

import io.tocsin.feed.Reader;
import io.tocsin.http.Headers;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.util.Map;
import java.util.UUID;

/**
 * A request of which everything is known that its work needs.
 *
 * @param places the variable elements of the path
 * @param mediaType of the answer; empty where it has no body
 * @param query what it asks of a list; nothing special where it asks for no list
 */
record Call(
    Request request, Reader reader, Map<String, String> places, String mediaType, ListQuery query) {
  Call {
    places = Map.copyOf(places);
  }

  /** The id of the resource that is asked for. */
  UUID id() {
    return Access.id(places.getOrDefault(Place.ID, ""))
        .orElseThrow(Problem.INVALID_RESOURCE_ID::asException);
  }

  Response answer(int status, byte[] document) {
    return new Response(status, Headers.of("Content-Type", mediaType), document);
  }
}
