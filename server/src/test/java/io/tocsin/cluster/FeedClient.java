package io.tocsin.cluster;

import io.tocsin.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
  private final AtomicLong repeats;

  /**
   * @param home the place of its own server
   * @param repeats counts requests that had to be sent again
   */
  FeedClient(
      HttpClient http, List<MortalServer> servers, int home, String token, AtomicLong repeats) {
    this.http = http;
    this.servers = List.copyOf(servers);
    this.home = home;
    this.token = token;
    this.repeats = repeats;
  }

  JsonNode get(String path) throws InterruptedException {
    return send(path, HttpRequest.newBuilder().GET(), 200);
  }

  /** Safe to be sent again, thanks to the key. */
  JsonNode publish(String path, String key, String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body));
    return send(path, request, 201);
  }

  private JsonNode send(String path, HttpRequest.Builder request, int expected)
      throws InterruptedException {
    request.header("Authorization", "Bearer " + token).timeout(ONE_ANSWER);
    long start = System.nanoTime();
    for (int attempt = 0; System.nanoTime() - start < PATIENCE.toNanos(); attempt++) {
      Optional<URI> url = servers.get((home + attempt) % servers.size()).url();
      if (url.isEmpty()) {
        continue;
      }
      try {
        HttpResponse<byte[]> answer =
            http.send(request.uri(url.get().resolve(path)).build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() == expected) {
          return Json.parse(answer.body());
        }
        if (answer.statusCode() != NOT_NOW) {
          throw new AssertionError(
              "%s: %d %s".formatted(path, answer.statusCode(), new String(answer.body())));
        }
      } catch (IOException _) {
        // Killed, before or after it did what it was asked.
      }
      repeats.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError("No server has answered for " + PATIENCE + ": " + path);
  }
}
