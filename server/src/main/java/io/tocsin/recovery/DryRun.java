package io.tocsin.recovery;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.compute.Server;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import io.tocsin.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The plan of a recovery that nobody runs, made by the planner and the gates that a real one uses.
 * Asks the cloud and the database, changes neither. Thread-safe.
 */
public final class DryRun {
  /** What an evacuation is taken to last where none has ended yet. */
  private static final Duration USUAL = Duration.ofSeconds(30);

  /** The number of no recovery: later than all. */
  private static final long NOBODY = Long.MAX_VALUE;

  private final Database database;
  private final Hosts hosts;
  private final FailureNotifications notifications;
  private final Cloud cloud;
  private final RecoverySettings settings;
  private final Gates gates;
  private final Spares spares;
  private final Planner planner;

  public DryRun(Recoveries.Parts parts, RecoverySettings settings) {
    this.database = parts.database();
    this.hosts = parts.hosts();
    this.notifications = parts.notifications();
    this.cloud = parts.cloud();
    this.settings = settings;
    this.gates =
        new Gates(
            hosts,
            notifications,
            new News(parts.feed(), notifications),
            settings.safety(),
            parts.metrics());
    this.spares = new Spares(hosts, settings.host());
    this.planner = new Planner(settings.host());
  }

  /**
   * What would happen if that host were reported dead now.
   *
   * @param idOrName of a live host
   * @throws io.tocsin.failover.RefusedException there is none
   * @throws io.tocsin.compute.CloudException the cloud could not be asked
   */
  public HostPlan plan(String idOrName) {
    Host host = hosts.requireLive(idOrName);
    List<Server> servers = cloud.listServersOn(host.name());
    Plan plan =
        planner.plan(
            database.read(tx -> PlanStore.found(tx, NOBODY, host.number(), servers).servers()));
    List<Route> routes = Route.of(host.segment().recoveryMethod());
    List<String> reserved =
        routes.contains(Route.SPARES)
            ? database.read(handle -> spares.of(handle, host)).stream().map(Host::name).toList()
            : List.of();
    Room room =
        new Room(
            cloud.listHypervisors(),
            Set.copyOf(reserved),
            host.name(),
            routes.contains(Route.SCHEDULER));
    List<HostPlan.Instance> instances =
        plan.moves().stream().map(move -> instance(move, room)).toList();
    return new HostPlan(host, checks(host), instances, reserved, expected(plan.toMove().size()));
  }

  private static HostPlan.Instance instance(PlannedMove move, Room room) {
    Optional<String> obstacle =
        move.isToMove() ? room.take(move) : Optional.ofNullable(move.leftBecause());
    return new HostPlan.Instance(
        move.instance().value(),
        move.name(),
        move.projectId(),
        move.vmState(),
        move.taskState(),
        move.wasLocked(),
        move.isHaEnabled(),
        move.priority(),
        move.vcpus(),
        move.ramMebibytes(),
        move.isToMove(),
        move.endState().name().toLowerCase(Locale.ROOT),
        obstacle.orElse(null));
  }

  private List<HostPlan.GateCheck> checks(Host host) {
    List<ComputeService> services = cloud.listComputeServices();
    SafetyRules rules = database.read(handle -> gates.rules(handle, host));
    Set<String> dead = new HashSet<>(database.read(notifications::hostsReportedDead));
    dead.add(host.name());
    Assessment assessment = new Assessment(rules, Set.of());
    List<Finding> findings = new ArrayList<>();
    findings.add(assessment.aliveNow(Gates.of(host, services)));
    findings.add(assessment.isolation(services, dead));
    findings.add(database.read(handle -> gates.storm(handle, host)));
    return findings.stream()
        .map(it -> new HostPlan.GateCheck(it.gate(), it.verdict().text(), it.reason()))
        .toList();
  }

  private Duration expected(int moves) {
    Duration each = database.read(VmoveStore::usualDuration).orElse(USUAL);
    return each.multipliedBy(Math.ceilDiv(moves, settings.limits().evacuations()));
  }
}
