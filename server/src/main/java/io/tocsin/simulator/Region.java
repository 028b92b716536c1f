package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The region as a whole: its state, its behaviour and its clock behind one lock.
 *
 * <p>There is no thread that moves it. Whoever asks first lets happen what was due by now, each
 * step with the moment at which it was due, so that nobody can tell the difference; it also makes
 * an idle region free and a virtual clock enough to drive it.
 */
final class Region {
  private final Clock clock;
  private final Journal journal;
  private final RegionSpec spec;
  private final RegionState state;
  private final Faults faults;
  private final CallCounts calls;
  private final SplittableRandom random;
  private Behaviour behaviour;

  private Region(RegionSpec spec, Behaviour behaviour, Clock clock, Journal journal) {
    this.spec = spec;
    this.behaviour = behaviour;
    this.clock = clock;
    this.journal = journal;
    this.state = new RegionState(journal);
    this.faults = new Faults(journal);
    this.calls = new CallCounts(journal);
    this.random = new SplittableRandom(spec.seed());
  }

  /**
   * The region that the journal tells of, or a new one where it is empty.
   *
   * @throws IllegalStateException the journal is of a region of another spec
   */
  static Region open(RegionSpec spec, Behaviour behaviour, Clock clock, Journal journal) {
    try {
      Region region = new Region(spec, behaviour, clock, journal);
      if (!new Replay(spec, region).replay(journal.read())) {
        region.draw();
      }
      region.compact();
      return region;
    } catch (RuntimeException failure) {
      journal.close();
      throw failure;
    }
  }

  private void draw() {
    RegionLayout layout = new RegionLayout(spec, clock.now());
    List<SimulatedHost> hosts = layout.hosts();
    hosts.forEach(state::load);
    layout.aggregates(hosts).forEach(state::load);
    layout.servers(hosts).forEach(state::load);
  }

  private void compact() {
    List<Object> all = new ArrayList<>();
    all.add(spec);
    all.add(new Journal.Settings(behaviour.toMap()));
    all.addAll(state.hosts());
    all.addAll(state.aggregates());
    all.addAll(state.serversByChange());
    all.addAll(faults.all());
    all.add(calls.entry());
    journal.rewrite(all);
  }

  /** Runs {@code work} alone, after everything that was due has happened. */
  synchronized <T extends @Nullable Object> T alone(Supplier<T> work) {
    settle();
    T result = work.get();
    if (journal.isDueForRewrite()) {
      compact();
    }
    return result;
  }

  /** As {@link #alone}, for what has no result. */
  void change(Runnable work) {
    alone(() -> {
      work.run();
      return null;
    });
  }

  private void settle() {
    Instant now = clock.now();
    Progress progress = new Progress(this);
    while (true) {
      Optional<SimulatedServer> next = state.takeDue(now);
      if (next.isEmpty()) {
        return;
      }
      progress.advance(next.get());
    }
  }

  synchronized void close() {
    journal.close();
  }

  RegionSpec spec() {
    return spec;
  }

  RegionState state() {
    return state;
  }

  Faults faults() {
    return faults;
  }

  CallCounts calls() {
    return calls;
  }

  Behaviour behaviour() {
    return behaviour;
  }

  void change(Behaviour changed) {
    load(changed);
    journal.append(new Journal.Settings(changed.toMap()));
  }

  void load(Behaviour changed) {
    behaviour = changed;
  }

  Instant now() {
    return clock.now();
  }

  Duration sample(Span span) {
    return span.sample(random);
  }

  /** When its nova-compute last reported itself. */
  Instant lastHeartbeat(SimulatedHost host) {
    long interval = behaviour.heartbeatInterval().toMillis();
    // Hosts do not report in step.
    long phase = host.number() * 7919L % interval;
    Instant until = host.diedAt() == null ? now() : host.diedAt();
    return Instant.ofEpochMilli((until.toEpochMilli() - phase) / interval * interval + phase);
  }

  /** What Nova shows as the service's {@code state}. */
  boolean looksUp(SimulatedHost host) {
    Instant now = now();
    Duration lag = faults.lagOf(host.name());
    Instant forcedDown = host.forcedDownAt();
    if (forcedDown != null && !now.isBefore(forcedDown.plus(lag))) {
      return false;
    }
    Duration age = Duration.between(lastHeartbeat(host), now);
    return age.compareTo(behaviour.serviceDownTime().plus(lag)) <= 0;
  }
}
