package io.tocsin.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a Tocsin server or its simulator as any client would. */
final class ApiClient implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI base;
  private final @Nullable DemoSession session;
  // Forced to HTTP/1.1: it otherwise asks every plain-text server for an upgrade.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL_TIMEOUT)
          .build();

  ApiClient(URI base) {
    this(base, null);
  }

  /**
   * A client of what is there.
   *
   * @param session gives the token that each call carries; null where none is wanted
   */
  ApiClient(URI base, @Nullable DemoSession session) {
    this.base = base;
    this.session = session;
  }

  /** The server could not be reached, or did not answer as it should. */
  static final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    CallException(String line, Throwable cause) {
      super(line, cause);
      this.status = 0;
    }

    CallException(String line) {
      this(line, 0);
    }

    /**
     * An answer that was none.
     *
     * @param status 0 where there was no answer at all
     */
    CallException(String line, int status) {
      super(line);
      this.status = status;
    }

    /** Whether the same call may be answered later, with nobody doing anything about it. */
    boolean mayPass() {
      return status == 0 || status >= 500;
    }
  }

  /** The JSON at {@code path}, with the newest microversion. Throws {@link CallException}. */
  JsonNode read(String path) {
    return call("GET", path, "");
  }

  /** Sends {@code body} and returns the JSON that comes back. Throws {@link CallException}. */
  JsonNode call(String method, String path, String body) {
    HttpResponse<byte[]> response = sendWithToken(method, path, body);
    try {
      return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw unreachable(path, e);
    }
  }

  /** The token that Keystone gives for {@code body}. Throws {@link CallException}. */
  String logOn(String path, String body) {
    return refuseErrors("POST", path, send("POST", path, body, null))
        .headers()
        .firstValue("X-Subject-Token")
        .orElseThrow(() -> new CallException(base + path + " gave no token"));
  }

  /** A token that is refused is replaced once: Keystone may have been restarted. */
  private HttpResponse<byte[]> sendWithToken(String method, String path, String body) {
    if (session == null) {
      return refuseErrors(method, path, send(method, path, body, null));
    }
    String token = session.token();
    HttpResponse<byte[]> response = send(method, path, body, token);
    if (response.statusCode() == 401) {
      session.refused(token);
      response = send(method, path, body, session.token());
    }
    return refuseErrors(method, path, response);
  }

  private static HttpResponse<byte[]> refuseErrors(
      String method, String path, HttpResponse<byte[]> response) {
    if (response.statusCode() >= 400) {
      throw new CallException(
          "%s %s answered %d: %s"
              .formatted(method, path, response.statusCode(), message(response.body())));
    }
    return response;
  }

  private HttpResponse<byte[]> send(
      String method, String path, String body, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(CALL_TIMEOUT)
            .header("Accept", "application/json")
            .header("OpenStack-API-Version", "instance-ha 1.3");
    if (token != null) {
      request.header("X-Auth-Token", token);
    }
    if (body.isEmpty()) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw unreachable(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallException("interrupted", e);
    }
  }

  private CallException unreachable(String path, Exception cause) {
    return new CallException(
        "%s%s cannot be reached: %s".formatted(base, path, cause.getMessage()), cause);
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
