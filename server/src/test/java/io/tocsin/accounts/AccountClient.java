package io.tocsin.accounts;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sends requests as somebody, and reads what comes back. */
public final class AccountClient {
  private static final String CORRELATION = "\"correlationID\":\"[0-9a-f-]{36}\"";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final Function<String, URI> urls;

  AccountClient(HttpClient http, Function<String, URI> urls) {
    this.http = http;
    this.urls = urls;
  }

  /** What came back. */
  public record Answer(int status, HttpHeaders headers, String body) {
    public JsonNode json() {
      return Json.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The number at the end of a problem's type. */
    public int problem() {
      String type = json().path("type").asString();
      return Integer.parseInt(type.substring(type.lastIndexOf('/') + 1));
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** A member that is a text. */
    public String text(String member) {
      return json().path(member).stringValue();
    }

    /**
     * All of it that tells something: what every two answers differ in is gone. What must not be
     * told from one another has the same.
     */
    public String shape() {
      Map<String, List<String>> told = new TreeMap<>(headers.map());
      told.keySet().removeIf(it -> it.equals("date") || it.endsWith("request-id"));
      return "%d\n%s\n%s".formatted(status, told, body.replaceAll(CORRELATION, ""));
    }

    /** A member of each item. */
    public List<String> each(String member) {
      List<String> values = new ArrayList<>();
      json().path("items").forEach(item -> values.add(item.path(member).asString()));
      return values;
    }
  }

  public Answer get(Member as, String path, String... namesAndValues) {
    return send("GET", as.token(), path, null, namesAndValues);
  }

  public Answer delete(Member as, String path) {
    return send("DELETE", as.token(), path, null);
  }

  /** With {@code Content-Type: application/json} unless the headers say otherwise. */
  public Answer post(Member as, String path, String body, String... namesAndValues) {
    List<String> headers = new ArrayList<>(List.of(namesAndValues));
    if (!headers.contains("Content-Type")) {
      headers.addAll(List.of("Content-Type", "application/json"));
    }
    return send("POST", as.token(), path, body, headers.toArray(String[]::new));
  }

  /**
   * Any request.
   *
   * @param token null for none
   * @param body null for none
   */
  public Answer send(
      String method,
      @Nullable String token,
      String path,
      @Nullable String body,
      String... namesAndValues) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(urls.apply(path))
            .timeout(PATIENCE)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      request.header(namesAndValues[i], namesAndValues[i + 1]);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
