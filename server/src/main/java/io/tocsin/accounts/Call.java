package io.tocsin.accounts;

import io.tocsin.feed.Reader;
import io.tocsin.http.Headers;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.identity.AccountId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
    Request request, Entry entry, Map<String, String> places, String mediaType, ListQuery query) {
  Call {
    places = Map.copyOf(places);
  }

  Reader reader() {
    return entry.reader();
  }

  AccountId account() {
    return entry.reader().account();
  }

  /** The id of the resource that is asked for. */
  UUID id() {
    return id(Place.ID);
  }

  /** The id in that place of the path. */
  UUID id(String place) {
    return Access.id(places.getOrDefault(place, ""))
        .orElseThrow(Problem.INVALID_RESOURCE_ID::asException);
  }

  Response answer(int status, byte[] document) {
    return new Response(status, Headers.of("Content-Type", mediaType), document);
  }

  /** A single resource as it is at the moment. */
  Response show(byte[] document) {
    return answer(200, document).with("ETag", tag(document));
  }

  /** A resource that this request made, below the path that it went to. */
  Response created(byte[] document, UUID id) {
    return answer(201, document).with("Location", request.baseUrl() + request.rawPath() + "/" + id);
  }

  /** MD5 is what the original's clients expect; nothing is kept safe with it. */
  private static String tag(byte[] document) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(document);
      return '"' + HexFormat.of().formatHex(digest) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
