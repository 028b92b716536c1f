package io.tocsin.http;

/**
 * One request, wholly read.
 *
 * @param method as sent, upper case by convention: {@code GET}
 * @param rawPath the path as sent, still percent-encoded, without the query
 * @param query decoded parameters
 * @param baseUrl scheme, authority and perhaps a path that the client used, for links: {@code
 *     http://host:15868}
 * @param body empty, never null, where the request had none
 * @param requestId the id this server gave the request: {@code req-<uuid4>}
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are handed over, never shared
public record Request(
    String method,
    String rawPath,
    Query query,
    Headers headers,
    byte[] body,
    String baseUrl,
    String requestId) {}
