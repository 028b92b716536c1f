package io.tocsin.instanceha;

import io.tocsin.http.Request;

/**
 * Where links in documents point: to the URL that clients use.
 *
 * @param prefix replaces what the request was seen with, for servers behind a proxy; empty when
 *     nothing replaces it
 */
record Links(String prefix) {
  /** Scheme, authority and perhaps a path, without a slash at the end. */
  String base(Request request) {
    return prefix.isEmpty() ? request.baseUrl() : prefix;
  }
}
