package io.tocsin.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a Tocsin server or its simulator as any client would. */
final class ApiClient implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI base;
  // Forced to HTTP/1.1: it otherwise asks every plain-text server for an upgrade.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL_TIMEOUT)
          .build();

  ApiClient(URI base) {
    this.base = base;
  }

  /** The server could not be reached, or did not answer as it should. */
  static final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CallException(String line, Throwable cause) {
      super(line, cause);
    }

    CallException(String line) {
      super(line);
    }
  }

  /** The JSON at {@code path}, with the newest microversion. Throws {@link CallException}. */
  JsonNode read(String path) {
    return call("GET", path, "");
  }

  /** Sends {@code body} and returns the JSON that comes back. Throws {@link CallException}. */
  JsonNode call(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(CALL_TIMEOUT)
            .header("Accept", "application/json")
            .header("OpenStack-API-Version", "instance-ha 1.3");
    if (body.isEmpty()) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      if (response.statusCode() >= 400) {
        throw new CallException(
            "%s %s answered %d: %s"
                .formatted(method, path, response.statusCode(), message(response.body())));
      }
      return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
    } catch (IOException | JacksonException e) {
      throw new CallException(
          "%s%s cannot be reached: %s".formatted(base, path, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallException("interrupted", e);
    }
  }

  /** Whether anything at all answers there. */
  boolean answers(String path) {
    try {
      read(path);
      return true;
    } catch (CallException e) {
      return false;
    }
  }

  private static String message(byte[] body) {
    try {
      return JSON.readTree(body).findPath("message").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
