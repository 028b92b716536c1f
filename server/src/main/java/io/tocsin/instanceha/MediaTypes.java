package io.tocsin.instanceha;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import java.util.List;

/** What may be sent, and what the answer may be in (Instance HA spec §1.1, §4.3). */
final class MediaTypes {
  static final String JSON = "application/json";
  static final String MASAKARI_JSON = "application/vnd.openstack.masakari+json";
  static final String HTML = "text/html";

  private static final List<String> ACCEPTED_BODIES =
      List.of(JSON, MASAKARI_JSON, "text/plain", "");

  private MediaTypes() {}

  /** Whether a body of that kind, or none, may be sent; holds for every method. */
  static boolean isAcceptedBody(Headers headers) {
    String contentType = headers.first("Content-Type").orElse("");
    return ACCEPTED_BODIES.contains(Accept.withoutParameters(contentType));
  }
}
