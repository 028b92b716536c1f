package io.tocsin.recovery;

import io.tocsin.clock.Durations;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a host may be recovered at all, asked before anything is done about it (promise P2). Once
 * a recovery was let through it is not asked again: what it began it has to end.
 *
 * <p>A closed gate is not a failure. The recovery waits and asks again, or ends as ignored where
 * the host is known to live; either way nothing was touched. That a node cannot reach the cloud at
 * all never gets here: then nothing is concluded.
 */
final class Gates {
  private static final Logger log = LoggerFactory.getLogger(Gates.class);

  /** Looks at a closed gate become rarer with a recovery's age, down to this. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** The pause between two looks, as a part of that age. */
  private static final int PART_OF_AGE = 4;

  /** Between two looks at a storm whose end cannot be foreseen. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(5);

  /** For a heartbeat on its way into the cloud's database. */
  private static final Duration LATE = Duration.ofSeconds(1);

  private final Hosts hosts;
  private final FailureNotifications notifications;
  private final News news;
  private final RecoverySettings.Safety settings;
  private final RecoveryMetrics metrics;

  Gates(
      Hosts hosts,
      FailureNotifications notifications,
      News news,
      RecoverySettings.Safety settings,
      RecoveryMetrics metrics) {
    this.hosts = hosts;
    this.notifications = notifications;
    this.news = news;
    this.settings = settings;
    this.metrics = metrics;
  }

  /**
   * What the database says before the cloud is asked.
   *
   * @param evidence null when the recovery was let through before
   */
  private record Past(SafetyRules rules, @Nullable Evidence evidence) {}

  private record Evidence(
      Set<Gate> overridden, Instant arrival, Optional<Instant> heartbeat, Set<String> dead) {}

  /**
   * What came of asking.
   *
   * @param stopped null when the recovery may begin; the host is out of service then
   * @param service the host's, as just seen; null when it was not looked at, or there is none
   * @param rules of the host's segment
   */
  record Passage(@Nullable Outcome stopped, @Nullable ComputeService service, SafetyRules rules) {}

  Passage pass(Lease lease, Cloud cloud, FailureNotification report, Host host) {
    Past past = lease.read(handle -> past(handle, lease.claim().recovery(), host));
    return past.evidence() == null
        ? new Passage(null, null, past.rules())
        : ask(lease, cloud, report, host, past.rules(), past.evidence());
  }

  private Passage ask(
      Lease lease,
      Cloud cloud,
      FailureNotification report,
      Host host,
      SafetyRules rules,
      Evidence evidence) {
    Assessment assessment = new Assessment(rules, evidence.overridden());
    Finding fenced = assessment.fenced(report.payload());
    if (fenced.isClosed()) {
      Outcome ignored = new Outcome.Ignored(fenced.reason());
      return new Passage(conclude(lease, List.of(fenced), ignored), null, rules);
    }
    List<ComputeService> services = cloud.listComputeServices();
    ComputeService service = of(host, services);
    Instant now = evidence.arrival().plus(lease.claim().age());
    Finding alive = assessment.alive(service, evidence.arrival(), now.minus(settings.heartbeats()));
    Finding isolation = assessment.isolation(services, evidence.dead());
    List<Finding> seen = List.of(fenced, alive, isolation);
    Outcome stopped;
    if (alive.isClosed()) {
      stopped = conclude(lease, seen, stopped(lease.claim(), alive, service, evidence, now));
    } else if (isolation.isClosed()) {
      stopped = conclude(lease, seen, held(lease.claim(), isolation));
    } else {
      stopped = lease.write(tx -> admit(tx, lease.claim(), host, assessment, seen)).orElse(null);
    }
    return new Passage(stopped, service, rules);
  }

  private Past past(Handle handle, long recovery, Host host) {
    return new Past(
        rules(handle, host),
        GateStore.isAdmitted(handle, recovery)
            ? null
            : new Evidence(
                GateStore.overridden(handle, recovery),
                notifications.reported(handle, List.of(recovery)).getFirst().receivedAt(),
                GateStore.lastHeartbeat(handle, recovery),
                notifications.hostsReportedDead(handle)));
  }

  /** The rules of the host's segment. */
  SafetyRules rules(Handle handle, Host host) {
    return SegmentRulesStore.find(handle, host.segment().id().value()).over(settings.rules());
  }

  static @Nullable ComputeService of(Host host, List<ComputeService> services) {
    return services.stream().filter(s -> s.host().equals(host.name())).findFirst().orElse(null);
  }

  /**
   * One late heartbeat may have been on its way, or be no heartbeat; two different ones from after
   * the report are of a living host.
   */
  private Outcome stopped(
      Claim claim,
      Finding alive,
      @Nullable ComputeService service,
      Evidence evidence,
      Instant now) {
    Instant last = service == null ? null : service.lastSeen();
    boolean isBeating =
        last != null
            && evidence
                .heartbeat()
                .filter(before -> before.isAfter(evidence.arrival()) && last.isAfter(before))
                .isPresent();
    if (isBeating) {
      return new Outcome.Ignored(
          "The host is alive: the cloud goes on getting heartbeats of its compute service.");
    }
    return last == null || last.isAfter(evidence.arrival())
        ? held(claim, alive)
        : new Outcome.Held(
            Gate.ALIVE,
            alive.reason(),
            Durations.longer(Duration.between(now, last.plus(settings.heartbeats())), LATE));
  }

  private Outcome held(Claim claim, Finding finding) {
    Duration part = Durations.shorter(claim.age().dividedBy(PART_OF_AGE), LONGEST_PAUSE);
    return new Outcome.Held(
        finding.gate(), finding.reason(), Durations.longer(part, settings.lookAgain()));
  }

  private Outcome conclude(Lease lease, List<Finding> findings, Outcome outcome) {
    return lease.write(tx -> {
      findings.forEach(finding -> record(tx, lease.claim(), finding));
      return outcome;
    });
  }

  private Optional<Outcome> admit(
      Handle tx, Claim claim, Host host, Assessment assessment, List<Finding> seen) {
    seen.forEach(finding -> record(tx, claim, finding));
    GateStore.lockAdmission(tx);
    Storm storm = storm(tx, host, assessment.rules());
    Finding finding = assessment.storm(storm.scopes());
    record(tx, claim, finding);
    if (finding.isClosed()) {
      return Optional.of(new Outcome.Held(Gate.STORM, finding.reason(), storm.freeIn()));
    }
    GateStore.admit(tx, claim.recovery());
    hosts.takeOutOfService(tx, host.number());
    return Optional.empty();
  }

  /** Tells that a recovery waits from now on; and of a storm, when it is the first that does. */
  void tell(Handle tx, Claim claim, Outcome.Held held) {
    if (held.gate() == Gate.STORM) {
      // Two that begin to wait at once would each see no other.
      GateStore.lockAdmission(tx);
      if (!GateStore.isAnotherHeld(tx, claim.recovery(), Gate.STORM)) {
        hosts
            .find(tx, claim.host())
            .ifPresent(host -> news.storm(tx, claim.recovery(), host.segment(), held.reason()));
      }
    }
    news.held(tx, claim, held);
  }

  private record Storm(List<Assessment.Failing> scopes, Duration freeIn) {}

  private Storm storm(Handle handle, Host host, SafetyRules rules) {
    UUID segment = host.segment().id().value();
    SafetyRules.Brake region = settings.region();
    GateStore.Load nearby = GateStore.load(handle, host.number(), segment, rules.brake().window());
    GateStore.Load everywhere = GateStore.load(handle, host.number(), null, region.window());
    Assessment.Failing inSegment =
        new Assessment.Failing(
            "segment", nearby.hosts(), hosts.countLive(handle, segment), rules.brake());
    Assessment.Failing inRegion =
        new Assessment.Failing("region", everywhere.hosts(), hosts.countLive(handle, null), region);
    Duration free = inSegment.isTooMany() ? nearby.freeIn() : everywhere.freeIn();
    return new Storm(List.of(inSegment, inRegion), Durations.longer(free, SHORTEST_WAIT));
  }

  /** What the brake would say if the host failed now. */
  Finding storm(Handle handle, Host host) {
    SafetyRules rules = rules(handle, host);
    return new Assessment(rules, Set.of()).storm(storm(handle, host, rules).scopes());
  }

  /** Records that the service is down, the last gate; or why nothing can be evacuated. */
  void record(Lease lease, Finding finding) {
    lease.write(tx -> {
      record(tx, lease.claim(), finding);
      return finding;
    });
  }

  private void record(Handle tx, Claim claim, Finding finding) {
    boolean isNews = GateStore.record(tx, claim, finding);
    if (isNews && finding.isClosed()) {
      metrics.gateClosed(finding.gate());
      log.atWarn()
          .addKeyValue("recovery", claim.recovery())
          .addKeyValue("gate", finding.gate().text())
          .addKeyValue("reason", finding.reason())
          .log("safety gate closed; nothing is evacuated");
    }
  }
}
