package io.tocsin.openstack;

import io.tocsin.store.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ServerSocketFactory;

/** A Keystone on a real socket that hands out {@code token-1}, {@code token-2} and so on. */
public final class ScriptedKeystone implements AutoCloseable {
  public static final Secret PASSWORD = new Secret("hunter2-the-password");

  private final ScriptedServer server;
  private final AtomicInteger logOns = new AtomicInteger();
  private volatile Duration life = Duration.ofHours(1);
  private volatile String catalog = "[]";
  private volatile Function<ScriptedServer.Received, ScriptedServer.Reply> others =
      _ -> ScriptedServer.json(404, "{}");

  public ScriptedKeystone() {
    this(ServerSocketFactory.getDefault());
  }

  /** The same on another kind of socket. */
  public ScriptedKeystone(ServerSocketFactory sockets) {
    server = new ScriptedServer(sockets);
    server.script(this::answer);
  }

  private ScriptedServer.Reply answer(ScriptedServer.Received request) {
    boolean isLogOn =
        request.method().equals("POST") && request.target().endsWith("/v3/auth/tokens");
    return isLogOn ? token() : others.apply(request);
  }

  /** The next token, whatever was asked. */
  public ScriptedServer.Reply token() {
    Instant issued = Instant.parse("2031-05-06T07:08:09.123456Z");
    String body =
        """
        {"token": {"methods": ["password"], "issued_at": "%s", "expires_at": "%s",
         "user": {"id": "u1", "name": "tocsin", "domain": {"id": "default", "name": "Default"}},
         "project": {"id": "p1", "name": "service",
          "domain": {"id": "default", "name": "Default"}},
         "roles": [{"id": "r1", "name": "admin"}], "catalog": %s}}
        """
            .formatted(issued, issued.plus(life), catalog);
    return ScriptedServer.json(201, body, "X-Subject-Token", "token-" + logOns.incrementAndGet());
  }

  /** Of tokens from now on. */
  public void tokensLive(Duration newLife) {
    life = newLife;
  }

  /** Of tokens from now on. */
  public void catalog(String newCatalog) {
    catalog = newCatalog;
  }

  /** One service with one endpoint. */
  public static String entry(String type, String side, String region, Object url) {
    return """
    {"type": "%s", "name": "%s", "id": "s1", "endpoints": [
     {"id": "e1", "interface": "%s", "region": "%s", "region_id": "%s", "url": "%s"}]}\
    """
        .formatted(type, type, side, region, region, url);
  }

  /** Answers what is no log-on. */
  public void others(Function<ScriptedServer.Received, ScriptedServer.Reply> script) {
    others = script;
  }

  /** Answers everything, log-ons included. */
  public void script(Function<ScriptedServer.Received, ScriptedServer.Reply> script) {
    server.script(script);
  }

  /** Hands out tokens again. */
  public void recover() {
    server.script(this::answer);
  }

  public ScriptedServer server() {
    return server;
  }

  /** Tokens handed out so far. */
  public int logOns() {
    return logOns.get();
  }

  public List<ScriptedServer.Received> received() {
    return server.received();
  }

  public URI url() {
    return server.endpoint().resolve("/identity");
  }

  /** Log on with a password, with names in domain Default. */
  public KeystoneSettings settings() {
    return settings(Duration.ofSeconds(10));
  }

  public KeystoneSettings settings(Duration callTimeout) {
    return new KeystoneSettings(url(), password(), null, callTimeout);
  }

  public static Credentials password() {
    return new Credentials.Password(named("tocsin"), PASSWORD, named("service"));
  }

  private static Credentials.Subject named(String name) {
    return new Credentials.Subject.ByName(name, new Credentials.Domain.ByName("Default"));
  }

  @Override
  public void close() {
    server.close();
  }
}
