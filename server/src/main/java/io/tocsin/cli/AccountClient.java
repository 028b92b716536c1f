package io.tocsin.cli;

import io.tocsin.cli.ApiClient.CallException;
import io.tocsin.openstack.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the account API and the operators' of a server with a bearer token, as any client would.
 * Whatever goes wrong is a {@link CallException} that says what to do about it.
 */
final class AccountClient implements AutoCloseable {
  static final String ACCOUNTS = "/accounts";

  static final String OPERATOR = "/operator/v1";

  private static final String ANOTHER_TOKEN = "; --token-file or TOCSIN_TOKEN gives another token";
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
  private static final String USER = "X-Tocsin-User";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI base;
  private final String token;
  private final HttpClient http;
  private @Nullable String user;

  /**
   * A client of the server at that URL.
   *
   * @param trust whose certificates it may show
   */
  AccountClient(URI base, String token, Trust trust) {
    this.base = base;
    this.token = token;
    // Forced to HTTP/1.1: it otherwise asks every plain-text server for an upgrade.
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CALL_TIMEOUT);
    if (trust.context() != null) {
      builder.sslContext(trust.context());
    }
    http = builder.build();
  }

  JsonNode get(String path) {
    return call("GET", path, null);
  }

  /** Sends the document, and returns what comes back; a missing node for nothing. */
  JsonNode call(String method, String path, @Nullable JsonNode body) {
    HttpResponse<byte[]> response = send(method, path, body);
    user = response.headers().firstValue(USER).orElse(user);
    if (response.statusCode() >= 400) {
      throw refused(method, path, response);
    }
    try {
      return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new CallException(
          "%s answered %s with something that is no JSON; is it a Tocsin server? --api says where"
              .formatted(base, path),
          response.statusCode());
    }
  }

  /** The id of the user whose token it is. */
  String user() {
    if (user == null) {
      get(ACCOUNTS);
    }
    if (user == null) {
      throw new CallException(base + " does not say whose token this is; --user names a user", 0);
    }
    return user;
  }

  private HttpResponse<byte[]> send(String method, String path, @Nullable JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(CALL_TIMEOUT)
            .header("Accept", "application/json")
            .header("Authorization", "Bearer " + token);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    }
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new CallException(
          "%s cannot be reached (%s); does a server run there? --api says where"
              .formatted(base, reason(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallException("interrupted", e);
    }
  }

  /** The JDK's client often says nothing itself, but has a cause that does. */
  private static String reason(Throwable e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each.getMessage() != null) {
        return each.getMessage();
      }
    }
    return e.getClass().getSimpleName();
  }

  private static CallException refused(String method, String path, HttpResponse<byte[]> response) {
    JsonNode problem;
    try {
      problem = JSON.readTree(response.body());
    } catch (JacksonException e) {
      problem = JSON.missingNode();
    }
    List<String> reasons = new ArrayList<>();
    for (String extra : List.of("invalidParams", "invalidFields", "invalid")) {
      for (JsonNode reason : problem.path(extra)) {
        String name = reason.path("name").asString("");
        String text = reason.path("reason").asString("");
        reasons.add(name.isEmpty() ? text : name + " " + text);
      }
    }
    problem.path("schemaValidationFailure").stringValueOpt().ifPresent(reasons::add);
    boolean isOperators = path.startsWith(OPERATOR + "/");
    if (isOperators && reasons.isEmpty()) {
      // The details of the other API are the same for all that have the title.
      problem.path("detail").stringValueOpt().ifPresent(reasons::add);
    }
    return new CallException(
        "%s (%d)%s%s%s"
            .formatted(
                problem.path("title").asString(method + " " + path + " was refused"),
                response.statusCode(),
                reasons.isEmpty() ? "" : ": ",
                String.join("; ", reasons),
                isOperators
                    ? operatorsAdvice(response.statusCode())
                    : advice(response.statusCode())),
        response.statusCode());
  }

  private static String operatorsAdvice(int status) {
    return status == 401 || status == 403 ? ANOTHER_TOKEN : "";
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 -> ANOTHER_TOKEN;
      case 403 ->
          "; this needs another role, or --account another account, or --token-file another"
              + " caller's token";
      case 404 -> "; it is not there, or not in this account";
      default -> "";
    };
  }

  @Override
  public void close() {
    http.close();
  }
}
