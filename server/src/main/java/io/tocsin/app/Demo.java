package io.tocsin.app;

import io.tocsin.clock.Clock;
import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.Host;
import io.tocsin.failover.HostFilter;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.failover.SegmentFilter;
import io.tocsin.failover.Segments;
import io.tocsin.store.PageRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

  private final Settings settings;
  private final Simulation.Spec region;
  private final App app;
  private final Simulation simulation;
  private final Consumer<String> progress;
  private Simulation.@Nullable Started simulated;

  /** Where the API and the simulator answer. */
  public record Started(URI api, URI simulator) {}

  /**
   * Prepares a demo; nothing happens before {@link #start}.
   *
   * @param region its directory should lie in the data directory of {@code settings}
   * @param progress told in short sentences what takes time
   */
  public Demo(Settings settings, Simulation.Spec region, Clock clock, Consumer<String> progress) {
    this.settings = settings;
    this.region = region;
    this.simulation = new Simulation(region, clock);
    this.progress = progress;
    this.app = new App(settings, stops -> cloud(settings.cloud(), stops), clock, progress);
  }

  /**
   * Returns once the API answers and every host is enrolled. A failed start leaves nothing.
   *
   * @throws StartRefusedException also when the settings are those of a real server
   */
  public Started start() {
    refuseWhatIsReal();
    App.Started server = app.startParts();
    try {
      Simulation.Started cloud = simulated;
      if (cloud == null) {
        throw new IllegalStateException("a server starts its cloud");
      }
      enrol(server, cloud.hostNames());
      cloud.reportTo(server.url(), false);
      return new Started(server.url(), cloud.url());
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  /**
   * The demo reads the same {@code tocsin.yaml} as a real server, and must neither fill that one's
   * database with simulated hosts nor take up its recoveries.
   */
  private void refuseWhatIsReal() {
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

  /** Stops the server as {@link App#stop} does, then the cloud. */
  public void stop() {
    app.stop();
  }

  /** The configured way of speaking to a cloud, to the simulated one. */
  private CloudSettings cloud(CloudSettings configured, Stops stops) {
    progress.accept("Starting the simulated cloud");
    Simulation.Started started = simulation.start();
    stops.add("simulated cloud", _ -> simulation.stop());
    simulated = started;
    return new CloudSettings(
        started.nova(),
        configured.callTimeout(),
        configured.overallTimeout(),
        configured.tries(),
        configured.maxCallsInFlight(),
        configured.pageSize(),
        configured.maxPages(),
        configured.maxBodyBytes());
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
