package io.tocsin.app;

import io.tocsin.clock.Clock;
import io.tocsin.failover.Host;
import io.tocsin.failover.HostFilter;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.failover.SegmentFilter;
import io.tocsin.failover.Segments;
import io.tocsin.simulator.SimulatedCloud;
import io.tocsin.store.PageRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server on a simulated cloud, with a segment {@value #SEGMENT} that holds every compute host.
 * On the same data directory it carries on where it was, the cloud included.
 */
public final class Demo {
  public static final String SEGMENT = "demo";

  private static final int PAGE = 1000;

  /** Hosts being enrolled at once; each asks the cloud whether it exists. */
  private static final int ENROLMENTS = 16;

  private final SettingsSource settings;
  private final Simulation.Spec region;
  private final boolean isWithKeystone;
  private final Simulation simulation;
  private final Clock clock;
  private final Consumer<String> progress;
  private @Nullable App app;

  /** The settings that somebody chose. */
  @FunctionalInterface
  public interface SettingsSource {
    /** With some put over them; texts by setting name. */
    Settings with(Map<String, String> texts);
  }

  /**
   * Where the parts answer.
   *
   * @param keystone null where nobody is asked for a token
   */
  public record Started(URI api, URI simulator, @Nullable URI keystone) {}

  /**
   * Prepares a demo; nothing happens before {@link #start}.
   *
   * @param region its directory should lie in the data directory of {@code settings}
   * @param isWithKeystone whether the server and the cloud ask for tokens of the simulated Keystone
   * @param progress told in short sentences what takes time
   */
  public Demo(
      SettingsSource settings,
      Simulation.Spec region,
      boolean isWithKeystone,
      Clock clock,
      Consumer<String> progress) {
    this.settings = settings;
    this.region = region;
    this.isWithKeystone = isWithKeystone;
    this.simulation = new Simulation(region, clock);
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Returns once the API answers and every host is enrolled. A failed start leaves nothing.
   *
   * @throws StartRefusedException also when the settings are those of a real server
   */
  public Started start() {
    refuseWhatIsReal(settings.with(Map.of()));
    try {
      progress.accept("Starting the simulated cloud");
      Simulation.Started cloud = simulation.start();
      cloud.cloud().demandTokens(isWithKeystone);
      App server = new App(settings.with(placesOf(cloud)), clock, progress);
      app = server;
      App.Started started = server.startParts();
      enrol(started, cloud.hostNames());
      cloud.reportTo(started.url(), isWithKeystone);
      return new Started(started.url(), cloud.url(), isWithKeystone ? cloud.keystone() : null);
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  /** What stands in the {@code tocsin.yaml} of a server that uses such a cloud. */
  private Map<String, String> placesOf(Simulation.Started cloud) {
    return isWithKeystone
        ? Map.of(
            "auth.mode", "keystone",
            "keystone.url", cloud.keystone().toString(),
            "keystone.username", SimulatedCloud.SERVICE_USER,
            "keystone.password", SimulatedCloud.PASSWORD,
            "keystone.project", SimulatedCloud.SERVICE_PROJECT)
        : Map.of("cloud.endpoint", cloud.nova().toString());
  }

  /**
   * The demo reads the same {@code tocsin.yaml} as a real server, and must neither fill that one's
   * database with simulated hosts nor take up its recoveries.
   */
  private void refuseWhatIsReal(Settings settings) {
    if (settings.externalDatabase() != null) {
      throw real("database.url names a database");
    }
    if (settings.keystone() != null) {
      throw real("keystone.url names a cloud");
    }
    if (!Catalogue.SIMULATED_NOVA.equals(settings.cloud().endpoint())) {
      throw real("cloud.endpoint names a cloud");
    }
    if (settings.http().tls() != null) {
      throw real("tls.certificate would have it speak TLS, which its monitors do not");
    }
    if (!region.listen().isLoopback() && !settings.allowRemote()) {
      throw new StartRefusedException(
          "The simulated cloud would listen on %s, open to the network, where everybody could end"
                  .formatted(region.listen())
              + " its hosts; listen on loopback or set auth.allow-remote=true");
    }
  }

  private static StartRefusedException real(String found) {
    return new StartRefusedException(
        "The demo has a database and a cloud of its own, but "
            + found
            + "; leave that out, or run the demo in a directory without tocsin.yaml");
  }

  /** Stops the server as {@link App#stop} does, then the cloud. May be repeated. */
  public void stop() {
    App server = app;
    if (server != null) {
      server.stop();
    }
    simulation.stop();
  }

  private void enrol(App.Started server, List<String> hostNames) {
    Segment segment = segment(server.segments());
    String segmentId = segment.id().toString();
    Set<String> missing = new LinkedHashSet<>(hostNames);
    all(page -> server.hosts().list(segmentId, HostFilter.ALL, page), Host::number)
        .forEach(host -> missing.remove(host.name()));
    if (missing.isEmpty()) {
      return;
    }
    progress.accept("Enrolling %d hosts in segment %s".formatted(missing.size(), SEGMENT));
    List<Future<?>> enrolments = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(ENROLMENTS)) {
      for (String host : missing) {
        NewHost wanted = new NewHost(host, "COMPUTE", "simulated", false, false);
        enrolments.add(threads.submit(() -> server.hosts().create(segmentId, wanted)));
      }
    }
    for (Future<?> enrolment : enrolments) {
      if (enrolment.state() == Future.State.FAILED) {
        throw new StartRefusedException(
            "A host could not be enrolled: " + enrolment.exceptionNow().getMessage());
      }
    }
  }

  private static Segment segment(Segments segments) {
    return all(page -> segments.list(SegmentFilter.ALL, page), Segment::number).stream()
        .filter(segment -> segment.name().equals(SEGMENT))
        .findFirst()
        .orElseGet(() ->
            segments.create(
                new NewSegment(
                    SEGMENT,
                    "compute",
                    RecoveryMethod.AUTO,
                    true,
                    "Every compute host of the simulated cloud")));
  }

  private static <T> List<T> all(Function<PageRequest, List<T>> list, ToLongFunction<T> number) {
    List<T> rows = new ArrayList<>();
    OptionalLong marker = OptionalLong.empty();
    while (true) {
      List<T> page =
          list.apply(new PageRequest(PAGE, marker, List.of(new PageRequest.SortKey("id", true))));
      rows.addAll(page);
      if (page.size() < PAGE) {
        return rows;
      }
      marker = OptionalLong.of(number.applyAsLong(page.getLast()));
    }
  }
}
