package io.tocsin.openstack;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Everything a request carries is put together here; what is secret of it is taken out of texts.
 */
final class OutgoingRequest {
  private static final List<String> SECRET_HEADERS = List.of("X-Auth-Token", "X-Subject-Token");

  private OutgoingRequest() {}

  static HttpRequest of(ApiCall call, Access.Grant grant) {
    String body = call.body();
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(grant.endpoint() + call.path()))
            .method(call.method(), publisher)
            .header("Accept", "application/json")
            .header("User-Agent", "tocsin");
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (grant.token() != null) {
      add(request, "X-Auth-Token", grant.token());
    }
    if (OnBehalfOf.REQUEST_ID.isBound()) {
      add(request, "X-OpenStack-Request-ID", OnBehalfOf.REQUEST_ID.get());
    }
    call.headers().forEach((name, value) -> add(request, name, value));
    return request.build();
  }

  /** The JDK's own exception would quote the value, which may be a token. */
  private static void add(HttpRequest.Builder request, String name, String value) {
    try {
      request.header(name, value);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("header " + name + " has a value that HTTP cannot carry");
    }
  }

  /** What an error answer says. Keystone likes to repeat the token it could not make sense of. */
  static String withoutTokens(HttpResponse<byte[]> answer, ApiCall call, Access.Grant grant) {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    if (grant.token() != null) {
      body = body.replace(grant.token(), "***");
    }
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      boolean isSecret = SECRET_HEADERS.stream().anyMatch(header.getKey()::equalsIgnoreCase);
      if (isSecret && !header.getValue().isEmpty()) {
        body = body.replace(header.getValue(), "***");
      }
    }
    return FaultText.of(answer.statusCode(), body.getBytes(StandardCharsets.UTF_8));
  }
}
