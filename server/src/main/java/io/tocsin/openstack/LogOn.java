package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.openstack.CallFailure.NoAccess;
import io.tocsin.openstack.CallFailure.NoAccess.Reason;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One log-on: {@code POST /v3/auth/tokens}. */
final class LogOn {
  private static final Logger log = LoggerFactory.getLogger(LogOn.class);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final OpenStackClient client;
  private final KeystoneSettings settings;
  private final Clock clock;

  /**
   * @param client at Keystone's v3 root, without a token
   */
  LogOn(OpenStackClient client, KeystoneSettings settings, Clock clock) {
    this.client = client;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Logs on, with repeats.
   *
   * @throws CallFailedException {@link NoAccess}, whose text never has the secret in it
   */
  Session run(Deadline by) {
    ApiCall call = new ApiCall("POST", "/auth/tokens", body(), Map.of(), ApiCall.Repeat.HARMLESS);
    long askedAtNanos = clock.nanoTime();
    try {
      return session(client.call(call.as(Operation.LOG_ON), by), askedAtNanos);
    } catch (CallFailedException e) {
      // Without its cause: who knows what of ours Keystone's own words repeat.
      throw new CallFailedException(noAccess(e.failure()), null);
    }
  }

  private Session session(Answer answer, long askedAtNanos) {
    String token = answer.headers().firstValue("X-Subject-Token").orElse("");
    JsonNode details = answer.tree().path("token");
    if (token.isBlank() || !details.isObject()) {
      throw unreadable(answer, "it names no token");
    }
    Duration life = life(answer, details);
    log.atInfo()
        .addKeyValue("user", details.path("user").path("name").asString("?"))
        .addKeyValue("project", details.path("project").path("name").asString("none"))
        .addKeyValue("roles", roles(details))
        .addKeyValue("valid_for", life)
        .log("logged on to Keystone");
    return new Session(token, askedAtNanos, life, Catalog.read(details.path("catalog")));
  }

  private Duration life(Answer answer, JsonNode details) {
    Instant end = time(details.path("expires_at").asString(""));
    if (end == null) {
      throw unreadable(answer, "it does not say when the token expires");
    }
    Instant issued = time(details.path("issued_at").asString(""));
    Duration life = Duration.between(issued == null ? clock.now() : issued, end);
    if (!life.isPositive()) {
      throw unreadable(answer, "the token had expired when it was issued");
    }
    return life;
  }

  private static @Nullable Instant time(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text.endsWith("Z") ? text : text + "Z");
    } catch (DateTimeException _) {
      return null;
    }
  }

  private static String roles(JsonNode details) {
    return String.join(
        " ", details.path("roles").valueStream().map(r -> r.path("name").asString("?")).toList());
  }

  private static CallFailedException unreadable(Answer answer, String what) {
    return new CallFailedException(new CallFailure.Unreadable(answer.status(), what), null);
  }

  private NoAccess noAccess(CallFailure failure) {
    return switch (failure) {
      case CallFailure.Rejected(int status, String text) -> {
        String said = "HTTP " + status + ": " + withoutSecret(text);
        if (isRefusal(status, text)) {
          yield new NoAccess(
              Reason.CREDENTIALS_REFUSED,
              "Keystone at %s refuses the log-on of %s (%s); check %s"
                  .formatted(settings.root(), who(), said, whatToCheck()));
        }
        boolean isElsewhere = status < 500 && status != 429;
        yield new NoAccess(
            Reason.KEYSTONE_UNUSABLE,
            "No log-on to Keystone at %s (%s)%s"
                .formatted(
                    settings.root(),
                    said,
                    isElsewhere ? "; is keystone.url Keystone's v3 API?" : ""));
      }
      case CallFailure.Unreadable(int status, String text) ->
          unusable("the answer with HTTP " + status + " cannot be read: " + text);
      case CallFailure.NotSent(String text) -> unusable(text);
      case CallFailure.NoAnswer(String text) -> unusable(text);
      case NoAccess noAccess -> noAccess;
    };
  }

  /** An application credential it does not know is a 404 of Keystone's own (seen in release 22). */
  private boolean isRefusal(int status, String text) {
    return switch (status) {
      case 400, 401, 403 -> true;
      case 404 ->
          settings.credentials() instanceof Credentials.ApplicationCredential
              && text.startsWith("Could not find");
      default -> false;
    };
  }

  private NoAccess unusable(String why) {
    return new NoAccess(
        Reason.KEYSTONE_UNUSABLE,
        "No log-on to Keystone at %s: %s".formatted(settings.root(), withoutSecret(why)));
  }

  private String withoutSecret(String text) {
    String secret =
        switch (settings.credentials()) {
          case Credentials.Password password -> password.password().value();
          case Credentials.ApplicationCredential credential -> credential.secret().value();
        };
    return secret.isEmpty() ? text : text.replace(secret, "***");
  }

  private String who() {
    return switch (settings.credentials()) {
      case Credentials.Password(Credentials.Subject user, _, Credentials.Subject project) ->
          "user " + text(user) + " to project " + text(project);
      case Credentials.ApplicationCredential(String id, _) -> "application credential " + id;
    };
  }

  private String whatToCheck() {
    return switch (settings.credentials()) {
      case Credentials.Password _ ->
          "keystone.username, keystone.password, keystone.project, their domains, and that the user"
              + " is enabled and has a role in the project";
      case Credentials.ApplicationCredential _ ->
          "keystone.application-credential-id and -secret, and that it has not expired";
    };
  }

  private static String text(Credentials.Subject subject) {
    return switch (subject) {
      case Credentials.Subject.ById(String id) -> "with id " + id;
      case Credentials.Subject.ByName(String name, Credentials.Domain.ById(String id)) ->
          name + " of the domain with id " + id;
      case Credentials.Subject.ByName(String name, Credentials.Domain.ByName(String domain)) ->
          name + " of domain " + domain;
    };
  }

  private String body() {
    ObjectNode body = NODES.objectNode();
    ObjectNode auth = body.putObject("auth");
    ObjectNode identity = auth.putObject("identity");
    switch (settings.credentials()) {
      case Credentials.Password password -> {
        identity.putArray("methods").add("password");
        ObjectNode user = identity.putObject("password").putObject("user");
        name(user, password.user());
        user.put("password", password.password().value());
        name(auth.putObject("scope").putObject("project"), password.project());
      }
      case Credentials.ApplicationCredential credential -> {
        identity.putArray("methods").add("application_credential");
        identity
            .putObject("application_credential")
            .put("id", credential.id())
            .put("secret", credential.secret().value());
      }
    }
    return body.toString();
  }

  private static void name(ObjectNode node, Credentials.Subject subject) {
    switch (subject) {
      case Credentials.Subject.ById(String id) -> node.put("id", id);
      case Credentials.Subject.ByName(String name, Credentials.Domain domain) -> {
        node.put("name", name);
        ObjectNode inDomain = node.putObject("domain");
        switch (domain) {
          case Credentials.Domain.ById(String id) -> inDomain.put("id", id);
          case Credentials.Domain.ByName(String domainName) -> inDomain.put("name", domainName);
        }
      }
    }
  }
}
