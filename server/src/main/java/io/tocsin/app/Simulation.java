package io.tocsin.app;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.SimulatedCloud;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The simulated cloud on a listener of its own. Started once, stopped as often as one likes. */
public final class Simulation {
  /** What calls under way get at a stop. */
  private static final Duration CALLS_GRACE = Duration.ofSeconds(1);

  private final Spec spec;
  private final Clock clock;
  private final Stops stops = new Stops();

  /**
   * Which cloud, and where.
   *
   * @param directory where the region is kept; null forgets it with the process
   */
  public record Spec(ListenAddress listen, int hosts, int instances, @Nullable Path directory) {}

  /** A started simulation: its URL, the endpoints of Nova and Keystone in it, and its hosts. */
  public record Started(
      URI url, URI nova, URI keystone, List<String> hostNames, SimulatedCloud cloud) {

    /**
     * From now on dead hosts are reported to that server, which the catalog names too.
     *
     * @param instanceHa {@code http://127.0.0.1:15868}
     * @param logsOn whether the reports carry a token
     */
    public void reportTo(URI instanceHa, boolean logsOn) {
      cloud.catalogInstanceHa(instanceHa.toString().replaceAll("/+$", "") + "/v1/%(project_id)s");
      if (logsOn) {
        cloud.reportTo(instanceHa, keystone);
      } else {
        cloud.reportTo(instanceHa);
      }
    }
  }

  public Simulation(Spec spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  /** Answers from then on. Throws {@link StartRefusedException} with one line for people. */
  public Started start() {
    try {
      SimulatedCloud cloud = open();
      stops.add("region", _ -> cloud.close());
      HttpSettings http = HttpSettings.at(spec.listen().host(), spec.listen().port());
      Listener listener = new Listener(http, cloud.mounts(), clock, new SecureRandom());
      listener.start();
      stops.add("listener", _ -> listener.drain(CALLS_GRACE));
      URI url = App.url(listener);
      URI nova = url.resolve(SimulatedCloud.NOVA_PATH + "/v2.1");
      URI keystone = url.resolve(SimulatedCloud.IDENTITY_PATH);
      return new Started(url, nova, keystone, cloud.hostNames(), cloud);
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  private SimulatedCloud open() {
    try {
      RegionSpec region = new RegionSpec(spec.hosts(), spec.instances());
      Path directory = spec.directory();
      return directory == null
          ? SimulatedCloud.inMemory(region, Behaviour.DEMO, clock)
          : SimulatedCloud.keptIn(directory, region, Behaviour.DEMO, clock);
    } catch (UncheckedIOException e) {
      throw new StartRefusedException(
          "The simulated region cannot be kept in %s: %s".formatted(spec.directory(), e.getCause()),
          e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new StartRefusedException("The simulated region cannot be made: " + e.getMessage(), e);
    }
  }

  public void stop() {
    stops.all(Deadline.in(CALLS_GRACE, clock));
  }
}
