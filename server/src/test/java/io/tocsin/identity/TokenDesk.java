package io.tocsin.identity;

import static io.tocsin.openstack.ScriptedServer.json;

import io.tocsin.openstack.ScriptedKeystone;
import io.tocsin.openstack.ScriptedServer.Received;
import io.tocsin.openstack.ScriptedServer.Reply;
import io.tocsin.openstack.SteppingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A Keystone on a real socket that knows the tokens it is told of. Answers are made at the time of
 * the question.
 */
public final class TokenDesk implements AutoCloseable {
  private final ScriptedKeystone keystone = new ScriptedKeystone();
  private final Map<String, Supplier<Reply>> tokens = new ConcurrentHashMap<>();

  public TokenDesk() {
    recover();
  }

  /** Hands out and knows tokens again. */
  public void recover() {
    keystone.others(this::answer);
    keystone.recover();
  }

  private Reply answer(Received request) {
    if (!request.method().equals("GET")
        || !request.target().contains("/v3/auth/tokens?nocatalog")) {
      return json(500, "{}");
    }
    Supplier<Reply> known = tokens.get(request.headers().getOrDefault("X-Subject-Token", ""));
    return known == null ? unknown() : known.get();
  }

  /** What Keystone says of a token that it does not know, once with the token in it. */
  public static Reply unknown() {
    return json(
        404,
        "{\"error\": {\"code\": 404, \"message\": \"Could not find token.\", \"title\": \"\"}}");
  }

  /** It answers to that token with these properties of {@code token}, JSON, from now on. */
  public void knows(String token, String properties) {
    tokens.put(
        token, () -> json(200, "{\"token\": {" + properties + "}}", "X-Subject-Token", token));
  }

  public void answers(String token, Supplier<Reply> reply) {
    tokens.put(token, reply);
  }

  public void revoke(String token) {
    tokens.remove(token);
  }

  /** Of a user in project {@code aa}, with an hour to live from the stepping clock's start. */
  public static String properties(String... roles) {
    return properties(SteppingClock.START.plus(Duration.ofHours(1)), roles);
  }

  public static String properties(Instant expiresAt, String... roles) {
    return """
    "methods": ["password"], "expires_at": "%s", "issued_at": "2026-02-03T11:00:00.000000Z",
    "user": {"id": "u7", "name": "ute", "domain": {"id": "default", "name": "Default"}},
    "project": {"id": "aa", "name": "ops", "domain": {"id": "d7", "name": "D"}}, "roles": [%s]\
    """
        .formatted(
            expiresAt,
            String.join(
                ", ",
                List.of(roles).stream()
                    .map("{\"id\": \"r\", \"name\": \"%s\"}"::formatted)
                    .toList()));
  }

  /** Questions about that token so far. */
  public long questions(String token) {
    return keystone.received().stream()
        .filter(it -> token.equals(it.headers().get("X-Subject-Token")))
        .count();
  }

  public ScriptedKeystone keystone() {
    return keystone;
  }

  @Override
  public void close() {
    keystone.close();
  }
}
