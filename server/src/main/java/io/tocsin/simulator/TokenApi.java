package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Keystone's {@code /v3/auth/tokens}. Called inside {@link Region#alone}. */
final class TokenApi {
  private final Region region;
  private final Tokens tokens;
  private final LogOn logOn;

  TokenApi(Region region, Tokens tokens) {
    this.region = region;
    this.tokens = tokens;
    this.logOn = new LogOn(tokens);
  }

  Response logOn(Request request) {
    boolean isJson =
        request.headers().first("Content-Type").orElse("").startsWith("application/json");
    if (!isJson) {
      throw KeystoneError.expecting("application/json", "Content-Type header");
    }
    Token token;
    try {
      token = logOn.perform(Json.parse(request.body()));
    } catch (MalformedJsonException _) {
      throw KeystoneError.expecting("valid JSON", "request body");
    }
    return shown(201, token, request);
  }

  private Response shown(int status, Token token, Request request) {
    boolean isWanted = request.query().all("nocatalog").isEmpty();
    @Nullable ArrayNode catalog = isWanted ? catalog(token, request) : null;
    return Json.response(status, IdentityJson.token(token, catalog))
        .with("X-Subject-Token", token.id());
  }

  /** Where everything is, seen from where the client found this service. */
  ArrayNode catalog(Token token, Request request) {
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("identity", IdentityApi.url(request));
    urls.put("compute", request.baseUrl() + SimulatedCloud.NOVA_PATH + "/v2.1");
    instanceHa(token).ifPresent(url -> urls.put("instance-ha", url));
    return IdentityJson.catalog(urls);
  }

  /** Empty also where the URL wants a project and the token has none. */
  private Optional<String> instanceHa(Token token) {
    String template = region.behaviour().instanceHaUrl();
    if (template.equals(Behaviour.NO_URL)) {
      return Optional.empty();
    }
    String known = template.replaceAll("[%$]\\((?:project|tenant)_id\\)s", "{project}");
    if (!known.contains("{project}")) {
      return Optional.of(known);
    }
    return token.scope() instanceof Token.Scope.OfProject(Cast.Project project)
        ? Optional.of(known.replace("{project}", project.id()))
        : Optional.empty();
  }

  Response validate(Request request, Token caller) {
    @Nullable String id = request.headers().first("X-Subject-Token").orElse(null);
    if (!mayAskAbout(caller, id)) {
      throw KeystoneError.forbidden("identity:validate_token");
    }
    boolean allowsExpired =
        Set.of("1", "true", "True", "yes", "on")
            .contains(request.query().last("allow_expired").orElse(""));
    Token token =
        tokens
            .findExpiredFor(id, allowsExpired ? Tokens.EXPIRED_WINDOW : Duration.ZERO)
            .orElseThrow(() -> Tokens.unknown(id));
    return shown(200, token, request);
  }

  private static boolean mayAskAbout(Token caller, @Nullable String subject) {
    return caller.hasRole("admin") || caller.hasRole("service") || caller.id().equals(subject);
  }

  Response revoke(Request request, Token caller) {
    @Nullable String id = request.headers().first("X-Subject-Token").orElse(null);
    if (!caller.hasRole("admin") && !caller.id().equals(id)) {
      throw KeystoneError.forbidden("identity:revoke_token");
    }
    tokens.revoke(tokens.require(id));
    return Response.empty(204);
  }
}
