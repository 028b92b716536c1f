package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.http.Json;
import io.tocsin.simulator.SimulatedHost.Report;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The region's host monitor: reports hosts whose power died to Instance HA, with the body and the
 * patience of Masakari's host monitor. 400 and 409 end it, like success; after anything else it
 * tries again. Unlike that one it remembers what it has to say when its process is killed.
 */
final class HostMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostMonitor.class);

  /** Masakari's: the first try and twelve more. */
  static final int MAX_ATTEMPTS = 13;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private final Region region;
  private final Clock clock;

  /** One thread a host with a report to send; guarded by {@code this}, as is the rest. */
  private final Map<String, Thread> sending = new HashMap<>();

  private @Nullable HttpClient client;
  private @Nullable Target target;

  /**
   * Who is told.
   *
   * @param session null where Instance HA asks nobody who they are
   */
  private record Target(URI notifications, HttpClient client, @Nullable MonitorSession session) {}

  HostMonitor(Region region, Clock clock) {
    this.region = region;
    this.clock = clock;
  }

  /**
   * Starts reporting.
   *
   * @param keystone where it logs on first; null where that is not wanted
   */
  synchronized void start(URI instanceHa, @Nullable URI keystone) {
    HttpClient sender = client == null ? newClient() : client;
    client = sender;
    String base = instanceHa.toString();
    target =
        new Target(
            URI.create((base.endsWith("/") ? base : base + "/") + "v1/notifications"),
            sender,
            keystone == null ? null : new MonitorSession(keystone, sender, CALL_TIMEOUT));
    lookRound();
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CALL_TIMEOUT)
        .build();
  }

  /** Starts sending what is to be sent and is not being sent yet. */
  synchronized void lookRound() {
    Target to = target;
    if (to == null) {
      return;
    }
    List<String> unreported =
        region.alone(() ->
            region.state().hosts().stream()
                .filter(host -> host.report() != null && host.report().outcome() == null)
                .map(SimulatedHost::name)
                .toList());
    for (String host : unreported) {
      sending.computeIfAbsent(
          host,
          _ -> Thread.ofVirtual().name("monitor-" + host).start(() -> sendUntilDone(host, to)));
    }
  }

  private void sendUntilDone(String host, Target to) {
    try {
      while (true) {
        Optional<Report> report = outstanding(host);
        if (report.isEmpty()) {
          return;
        }
        Duration wait = waitBefore(report.get());
        if (wait.isPositive()) {
          clock.sleep(wait);
        }
        attempt(host, report.get(), to);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        sending.remove(host, Thread.currentThread());
      }
    }
  }

  private Optional<Report> outstanding(String host) {
    return region.alone(() ->
        region
            .state()
            .findHost(host)
            .map(SimulatedHost::report)
            .filter(report -> report.outcome() == null));
  }

  private Duration waitBefore(Report report) {
    return report.attempts() == 0
        ? Duration.between(clock.now(), report.noticedAt())
        : region.alone(() -> region.behaviour().reportRetryInterval());
  }

  private void attempt(String host, Report report, Target to) throws InterruptedException {
    int attempts = report.attempts() + 1;
    String answer;
    try {
      int status = send(body(host, report.noticedAt()), to);
      if (status / 100 == 2) {
        record(host, new Report(report.noticedAt(), attempts, "accepted"));
        return;
      }
      answer = status == 401 ? "refused its token or gave it none" : "answered " + status;
      if (status == 400 || status == 409) {
        log.atWarn()
            .addKeyValue("host", host)
            .addKeyValue("status", status)
            .log("Simulated monitor's report was refused; it is dropped");
        record(host, new Report(report.noticedAt(), attempts, "refused with " + status));
        return;
      }
    } catch (IOException unreachable) {
      answer = "no answer";
    }
    boolean isLast = attempts >= MAX_ATTEMPTS;
    log.atWarn()
        .addKeyValue("host", host)
        .addKeyValue("attempt", attempts)
        .addKeyValue("answer", answer)
        .log(
            isLast
                ? "Simulated monitor gave up reporting a dead host"
                : "Simulated monitor could not report a dead host; it will try again");
    record(host, new Report(report.noticedAt(), attempts, isLast ? "given up" : null));
  }

  /** The status that ended it; a token that is refused is replaced once, as keystoneauth does. */
  private static int send(byte[] body, Target to) throws IOException, InterruptedException {
    MonitorSession session = to.session();
    if (session == null) {
      return post(body, to, null);
    }
    Optional<String> token = session.token();
    if (token.isEmpty()) {
      return 401;
    }
    int status = post(body, to, token.get());
    if (status != 401) {
      return status;
    }
    session.refused(token.get());
    Optional<String> next = session.token();
    return next.isEmpty() ? 401 : post(body, to, next.get());
  }

  private static int post(byte[] body, Target to, @Nullable String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.notifications())
            .timeout(CALL_TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (token != null) {
      request.header("X-Auth-Token", token);
    }
    return to.client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private void record(String host, Report report) {
    region.change(() ->
        region.state().findHost(host).ifPresent(h -> region.state().put(h.withReport(report))));
  }

  /** What Masakari's host monitor sends; its time is UTC without saying so. */
  private static byte[] body(String host, Instant noticedAt) {
    ObjectNode json = Json.object();
    ObjectNode notification = json.putObject("notification");
    notification.put("type", "COMPUTE_HOST");
    notification.put("hostname", host);
    notification.put("generated_time", ServerJson.micros(noticedAt.truncatedTo(ChronoUnit.MICROS)));
    ObjectNode payload = notification.putObject("payload");
    payload.put("event", "STOPPED");
    payload.put("cluster_status", "OFFLINE");
    payload.put("host_status", "NORMAL");
    return Json.bytes(json);
  }

  @Override
  public void close() {
    List<Thread> threads;
    HttpClient open;
    synchronized (this) {
      threads = new ArrayList<>(sending.values());
      open = client;
      client = null;
      target = null;
    }
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(CALL_TIMEOUT);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    if (open != null) {
      open.shutdownNow();
    }
  }
}
