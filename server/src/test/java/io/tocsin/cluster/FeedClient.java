package io.tocsin.cluster;

import io.tocsin.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** Asks its own server, and the next one whatever that does not answer. For one thread. */
final class FeedClient {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ONE_ANSWER = Duration.ofMinutes(1);
  private static final long PAUSE_NANOS = 20_000_000;

  /** Nothing was asked of it then: not ready, or busy. */
  private static final int NOT_NOW = 503;

  private final HttpClient http;
  private final List<MortalServer> servers;
  private final int home;
  private final String token;
  private final AtomicInteger cut;

  /**
   * @param home the place of its own server
   * @param cut counts what was published to a server that was gone before it answered
   */
  FeedClient(
      HttpClient http, List<MortalServer> servers, int home, String token, AtomicInteger cut) {
    this.http = http;
    this.servers = List.copyOf(servers);
    this.home = home;
    this.token = token;
    this.cut = cut;
  }

  JsonNode get(String path) throws InterruptedException {
    return send(home, HttpRequest.newBuilder().GET(), path, 200);
  }

  /** Safe to be sent again, thanks to the key. */
  JsonNode publish(String path, String key, String body) throws InterruptedException {
    return send(home, publication(key, body), path, 201);
  }

  /** As one that has lost the answer does, and asks another server. */
  JsonNode publishAgain(String path, String key, String body) throws InterruptedException {
    return send(home + 1, publication(key, body), path, 201);
  }

  private static HttpRequest.Builder publication(String key, String body) {
    return HttpRequest.newBuilder()
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body));
  }

  private JsonNode send(int first, HttpRequest.Builder request, String path, int expected)
      throws InterruptedException {
    request.header("Authorization", "Bearer " + token).timeout(ONE_ANSWER);
    long start = System.nanoTime();
    for (int turn = first; System.nanoTime() - start < PATIENCE.toNanos(); turn++) {
      MortalServer server = servers.get(turn % servers.size());
      Optional<URI> url = server.url();
      if (url.isEmpty()) {
        continue;
      }
      HttpRequest asked = request.uri(url.get().resolve(path)).build();
      Optional<JsonNode> answer =
          expected == 201 ? write(server, asked, expected) : answer(asked, expected);
      if (answer.isPresent()) {
        return answer.get();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError("No server has answered for " + PATIENCE + ": " + path);
  }

  private Optional<JsonNode> write(MortalServer server, HttpRequest request, int expected)
      throws InterruptedException {
    boolean isAnswered = false;
    server.writeBegins();
    try {
      Optional<JsonNode> answer = answer(request, expected);
      isAnswered = answer.isPresent();
      return answer;
    } finally {
      server.writeEnds(isAnswered);
    }
  }

  /** Empty where it can be asked for again. */
  private Optional<JsonNode> answer(HttpRequest request, int expected) throws InterruptedException {
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException _) {
      // Killed, before or after it did what it was asked.
      if (expected == 201) {
        cut.incrementAndGet();
      }
      return Optional.empty();
    }
    if (answer.statusCode() != expected && answer.statusCode() != NOT_NOW) {
      String text = new String(answer.body(), StandardCharsets.UTF_8);
      throw new AssertionError("%s: %d %s".formatted(request.uri(), answer.statusCode(), text));
    }
    return answer.statusCode() == expected
        ? Optional.of(Json.parse(answer.body()))
        : Optional.empty();
  }
}
