package io.tocsin.simulator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is so in the region, with the indexes that keep each question as cheap as its
 * answer. Not thread-safe: {@link Region} guards it. Every change goes through {@code put} and from
 * there to the journal.
 */
final class RegionState {
  /** A step of work that ends at that moment, if it is still what the server is doing. */
  private record Due(Instant at, long order, UUID server, Work work) {}

  private final Journal journal;

  private final NavigableMap<String, SimulatedHost> hosts = new TreeMap<>();
  private final Map<UUID, String> hostByService = new HashMap<>();
  private final Map<Integer, Aggregate> aggregates = new TreeMap<>();

  private final Map<UUID, SimulatedServer> servers = new HashMap<>();

  /** Newest first, as Nova lists them; without the deleted ones. */
  private final NavigableMap<Long, SimulatedServer> newestFirst = newestFirst();

  private final Map<String, NavigableMap<Long, SimulatedServer>> byHost = new HashMap<>();

  /** In the order of their last change, so that changes-since reads from the end. */
  private final SequencedMap<UUID, SimulatedServer> byChange = new LinkedHashMap<>();

  /** Servers on their way to a host take room on it before they are there. */
  private final Map<String, Integer> inbound = new HashMap<>();

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
  private long dueOrder;

  private int lastMigration;

  RegionState(Journal journal) {
    this.journal = journal;
  }

  private static NavigableMap<Long, SimulatedServer> newestFirst() {
    return new TreeMap<>(Comparator.reverseOrder());
  }

  void put(SimulatedHost host) {
    load(host);
    journal.append(host);
  }

  /** As {@code put}, for what is already in the journal. */
  void load(SimulatedHost host) {
    hosts.put(host.name(), host);
    hostByService.put(host.serviceId(), host.name());
  }

  void put(Aggregate aggregate) {
    load(aggregate);
    journal.append(aggregate);
  }

  void load(Aggregate aggregate) {
    aggregates.put(aggregate.id(), aggregate);
  }

  void put(SimulatedServer server) {
    load(server);
    journal.append(server);
  }

  void load(SimulatedServer server) {
    SimulatedServer before = servers.put(server.id(), server);
    long sequence = server.birth().sequence();
    if (before != null) {
      onHost(before.state().host()).remove(sequence);
    }
    if (server.state().isDeleted()) {
      newestFirst.remove(sequence);
    } else {
      newestFirst.put(sequence, server);
      onHost(server.state().host()).put(sequence, server);
    }
    if (before == null || !before.updated().equals(server.updated())) {
      byChange.remove(server.id());
    }
    byChange.put(server.id(), server);
    server.lastMigration().ifPresent(m -> lastMigration = Math.max(lastMigration, m.id()));
    count(before, -1);
    count(server, 1);
    Work work = server.work();
    if (work != null && (before == null || !work.equals(before.work()))) {
      due.add(new Due(work.due(), dueOrder++, server.id(), work));
    }
  }

  private NavigableMap<Long, SimulatedServer> onHost(String host) {
    return byHost.computeIfAbsent(host, _ -> newestFirst());
  }

  private void count(@Nullable SimulatedServer server, int change) {
    if (server != null && server.work() != null && server.work().step().isEvacuation()) {
      String worker = server.work().worker();
      if (worker != null && !worker.equals(server.state().host())) {
        inbound.merge(worker, change, Integer::sum);
      }
    }
  }

  Collection<SimulatedHost> hosts() {
    return hosts.values();
  }

  Optional<SimulatedHost> findHost(String name) {
    return Optional.ofNullable(hosts.get(name));
  }

  Optional<SimulatedHost> findHostOfService(UUID serviceId) {
    return Optional.ofNullable(hostByService.get(serviceId)).flatMap(this::findHost);
  }

  Collection<Aggregate> aggregates() {
    return aggregates.values();
  }

  Optional<Aggregate> findAggregate(int id) {
    return Optional.ofNullable(aggregates.get(id));
  }

  /** The longest unchanged first, deleted ones included. */
  Collection<SimulatedServer> serversByChange() {
    return byChange.values();
  }

  /** Deleted ones included. */
  Optional<SimulatedServer> findServer(UUID id) {
    return Optional.ofNullable(servers.get(id));
  }

  /** Newest first. */
  NavigableMap<Long, SimulatedServer> servers() {
    return newestFirst;
  }

  /** Newest first. */
  NavigableMap<Long, SimulatedServer> serversOn(String host) {
    return onHost(host);
  }

  /** Newest first, deleted ones included; Nova keeps whole seconds of both moments. */
  NavigableMap<Long, SimulatedServer> serversChangedSince(Instant since) {
    NavigableMap<Long, SimulatedServer> changed = newestFirst();
    for (SimulatedServer server : byChange.sequencedValues().reversed()) {
      if (server.updated().truncatedTo(ChronoUnit.SECONDS).isBefore(since)) {
        break;
      }
      changed.put(server.birth().sequence(), server);
    }
    return changed;
  }

  /** Servers on that host and on their way to it. */
  int load(String host) {
    return onHost(host).size() + inbound.getOrDefault(host, 0);
  }

  /** Servers whose current step ends by {@code now}; the earliest, which it forgets. */
  Optional<SimulatedServer> takeDue(Instant now) {
    while (true) {
      Due next = due.peek();
      if (next == null || next.at().isAfter(now)) {
        return Optional.empty();
      }
      due.poll();
      SimulatedServer server = servers.get(next.server());
      // Anything else the server was told since then has replaced that work.
      if (server != null && next.work().equals(server.work())) {
        return Optional.of(server);
      }
    }
  }

  /** For the next migration that is put. */
  int nextMigration() {
    return lastMigration + 1;
  }

  /** Servers whose work is that host's to do. */
  List<SimulatedServer> workOf(String host) {
    List<SimulatedServer> found = new ArrayList<>();
    for (SimulatedServer server : servers.values()) {
      if (server.work() != null && host.equals(server.work().worker())) {
        found.add(server);
      }
    }
    found.sort(Comparator.comparingLong(server -> server.birth().sequence()));
    return found;
  }
}
