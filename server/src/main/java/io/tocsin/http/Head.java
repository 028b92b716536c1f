package io.tocsin.http;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpURI;
import org.jspecify.annotations.Nullable;

/** What stands in front of a body, in our own words. */
record Head(
    String method, String rawPath, Query query, Headers headers, String baseUrl, String client) {
  /**
   * @param trustsProxy whether a proxy may say what the client asked
   */
  static Head of(org.eclipse.jetty.server.Request from, boolean trustsProxy) {
    HttpURI uri = from.getHttpURI();
    List<Headers.Field> fields = new ArrayList<>();
    for (HttpField field : from.getHeaders()) {
      String value = field.getValue();
      fields.add(new Headers.Field(field.getName(), value == null ? "" : value));
    }
    String query = uri.getQuery();
    Headers headers = new Headers(fields);
    ProxyHeaders proxy = trustsProxy ? ProxyHeaders.of(headers) : ProxyHeaders.NONE;
    String client = proxy.client();
    return new Head(
        from.getMethod(),
        path(uri.getPath()),
        query == null ? Query.NONE : Percent.query(query),
        headers,
        proxy.baseUrl(String.valueOf(uri.getScheme()), String.valueOf(uri.getAuthority())),
        client == null ? org.eclipse.jetty.server.Request.getRemoteAddr(from) : client);
  }

  /** As sent, but for doubled slashes at the front, which clients make of a URL ending in one. */
  private static String path(@Nullable String sent) {
    if (sent == null || sent.isEmpty()) {
      return "/";
    }
    int start = 0;
    while (start + 1 < sent.length()
        && sent.charAt(start) == '/'
        && sent.charAt(start + 1) == '/') {
      start++;
    }
    return sent.substring(start);
  }

  @SuppressWarnings("ArrayRecordComponent")
  Request request(byte[] body, String requestId) {
    return new Request(method, rawPath, query, headers, body, baseUrl, requestId);
  }
}
