package io.tocsin.operator;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureType;
import io.tocsin.feed.Feed;
import io.tocsin.feed.Readers;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Json;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.Routes.Route;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Directory;
import io.tocsin.identity.NewApiToken;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.NewUser;
import io.tocsin.identity.Policy;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import io.tocsin.recovery.ActionLog;
import io.tocsin.recovery.Explanations;
import io.tocsin.recovery.HostPlans;
import io.tocsin.recovery.HostReturns;
import io.tocsin.recovery.Interventions;
import io.tocsin.recovery.Pauses;
import io.tocsin.recovery.Purge;
import io.tocsin.recovery.Recoveries;
import io.tocsin.recovery.Rehearsal;
import io.tocsin.recovery.Retention;
import io.tocsin.recovery.Rulebook;
import io.tocsin.recovery.SafetyRules;
import io.tocsin.recovery.Surroundings;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.Database;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The operators' API on a real socket, over the real services, a real database and a simulated
 * region of six hosts. An engine runs where a test starts one.
 */
public final class TestOperators implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(6, 12));
  final Directory directory;
  final AtomicInteger wakeUps = new AtomicInteger();
  private final List<Recoveries> nodes = new CopyOnWriteArrayList<>();
  private final OperatorApi api;
  private final Listener listener;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public TestOperators() {
    this(null);
  }

  /**
   * With somebody who knows tokens that are not ours.
   *
   * @param keystone null for nobody
   */
  TestOperators(@Nullable Authenticator keystone) {
    Database database = rehearsal.testDatabase.database();
    SecureRandom random = new SecureRandom();
    Readers readers = new Readers();
    directory = new Directory(database, readers, random, Clock.system());
    directory.operatorToken(null);
    Surroundings around =
        new Surroundings(
            database,
            rehearsal.segments,
            rehearsal.hosts,
            new FailureNotifications(database),
            new Feed(random),
            () -> {
              wakeUps.incrementAndGet();
              nodes.forEach(Recoveries::wake);
            });
    api =
        new OperatorApi(
            new OperatorApi.Services(
                new Bearers(database, keystone, Policy.defaults(), readers, Clock.system()),
                new Explanations(around),
                new Interventions(around),
                new Pauses(around),
                new HostReturns(around, rehearsal.cloud()),
                new HostPlans(around, rehearsal.dryRun()),
                new Rulebook(around, SafetyRules.DEFAULT),
                new Purge(
                    database,
                    around.feed(),
                    Clock.system(),
                    Retention.DEFAULT,
                    new LoopMetrics(
                        new SimpleMeterRegistry(), LoopMetrics.Loop.PURGE, Clock.system())),
                new ActionLog(database)));
    listener =
        new Listener(HttpSettings.at("127.0.0.1", 0), api.on(Mounts.of()), Clock.system(), random);
    listener.start();
  }

  /** An answer. */
  record Answer(int status, HttpHeaders headers, String body) {
    JsonNode json() {
      return Json.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    /** A member that is a text. */
    String text(String member) {
      return json().path(member).asString("");
    }

    /** The end of a problem's type. */
    String problem() {
      return text("type").replace("urn:tocsin:problem:", "");
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  Recoveries startNode() {
    Recoveries node = rehearsal.startNode();
    nodes.add(node);
    return node;
  }

  Database database() {
    return rehearsal.testDatabase.database();
  }

  /** Runs statements as a release or an engine would have written them. */
  void execute(String sql) {
    database().inTransaction(tx -> tx.createScript(sql).execute());
  }

  List<Route<Operation>> routes() {
    return api.routes().all();
  }

  public URI uri(String pathAndQuery) {
    return URI.create(
        "http://127.0.0.1:%d%s".formatted(listener.address().getPort(), pathAndQuery));
  }

  /** The one that a server leaves in its data directory. */
  public String operatorToken() {
    return directory.operatorToken(null).value();
  }

  /** As a host monitor reports it. */
  public FailureNotification hostStopped(String host) {
    return rehearsal.report(FailureType.COMPUTE_HOST, host, Rehearsal.HOST_STOPPED);
  }

  /** So many that ended a hundred days ago. */
  public void endedLongAgo(String host, int reports) {
    for (int i = 0; i < reports; i++) {
      rehearsal.report(FailureType.PROCESS, host, Map.of("event", "STARTED", "n", "" + i));
    }
    execute("update recovery set state = 'done'");
    execute(
        """
        update failure_notification
           set status = 'finished', created_at = now() - interval '100 d',
               updated_at = now() - interval '100 d'
        """);
  }

  /** The token of somebody with that role in the operators' account. */
  String operator(Role role) {
    return member(AccountId.OPERATORS, role, NewRoleBinding.EVERYTHING, false);
  }

  /** The token of somebody who owns another account. */
  String stranger() {
    AccountId account = directory.createAccount(Actor.SYSTEM, "harbour").id();
    return member(account, Role.OWNER, NewRoleBinding.EVERYTHING, false);
  }

  String member(AccountId account, Role role, List<String> constraints, boolean isForPublishing) {
    UserId user =
        directory
            .createUser(Actor.SYSTEM, account, new NewUser(role.wire(), null, role, constraints))
            .id();
    return directory
        .createToken(
            Actor.SYSTEM, account, user, new NewApiToken("of a test", isForPublishing, null))
        .secret()
        .value();
  }

  Answer get(String token, String path) {
    return send("GET", token, path, null);
  }

  Answer post(String token, String path, String body) {
    return send("POST", token, path, body, "Content-Type", "application/json");
  }

  Answer send(
      String method,
      @Nullable String token,
      String path,
      @Nullable String body,
      String... namesAndValues) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path.startsWith("/") ? path : "/operator/v1/" + path))
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

  @Override
  public void close() {
    http.close();
    listener.close();
    rehearsal.close();
  }
}
