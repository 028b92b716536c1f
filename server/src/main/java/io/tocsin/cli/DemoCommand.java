package io.tocsin.cli;

import io.tocsin.app.Demo;
import io.tocsin.app.ListenAddress;
import io.tocsin.app.Settings;
import io.tocsin.app.Simulation;
import io.tocsin.app.StartRefusedException;
import io.tocsin.clock.Clock;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Runs the server on a simulated cloud and shows recoveries as they go. */
@Command(
    name = "demo",
    description = {
      "Runs the server on a simulated cloud of its own, on loopback, and shows recoveries as they",
      "go. Prints 'ready http://HOST:PORT' once it answers. Nobody is asked for a token, unless",
      "--keystone is given: then the simulated cloud's Keystone knows who may do what.",
      "With --fail, lets a host of a running demo die and follows the recovery to its end;",
      "where no demo runs, starts one first and keeps it running."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Map<String, String> DEFAULTS =
      Map.of("data", AccountFlags.DEMO_DATA.toString(), "log.level", "warn");

  private static final String USUAL_LISTEN = "127.0.0.1:15868";
  private static final String FIRST_TO_FAIL = "host-07";

  @Spec private CommandSpec spec;
  @Mixin private SettingsFlags flags;
  @Mixin private RegionFlags region;

  @Option(
      names = "--simulator",
      paramLabel = "HOST:PORT",
      description = "Where the simulated cloud listens. Default: the API's port + 1.")
  private @Nullable String simulator;

  @Option(names = "--fail", paramLabel = "HOST", description = "Let that host die: host-07.")
  private @Nullable String fail;

  @Option(
      names = "--keystone",
      description = "The server and its cloud ask for tokens of the simulated Keystone.")
  private boolean isWithKeystone;

  private final Clock clock = Clock.system();
  private final Screen screen = Screen.standard();

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = flags.load(DEFAULTS);
    ListenAddress cloud =
        simulator == null
            ? settings.listen().next()
            : SimulatorCommand.address(spec, "--simulator", simulator);
    String host = fail;
    if (host != null && isRunning(settings.listen())) {
      return failAndFollow(host, url(settings.listen()), url(cloud));
    }
    Demo demo =
        new Demo(
            texts -> flags.load(DEFAULTS, texts),
            new Simulation.Spec(
                cloud, region.hosts(), region.instances(), settings.data().resolve("simulator")),
            isWithKeystone,
            clock,
            screen::line);
    Running.run(() -> startAndWatch(demo, host, settings.data()), demo::stop);
    return ExitCode.OK;
  }

  private void startAndWatch(Demo demo, @Nullable String host, Path data)
      throws InterruptedException {
    screen.line("Starting the demo; the first start takes a few seconds more");
    Demo.Started started = demo.start();
    screen.line("ready " + started.api());
    URI keystone = started.keystone();
    DemoSession session = keystone == null ? null : new DemoSession(keystone);
    try (ApiClient api = new ApiClient(started.api(), session)) {
      RecoveryWatch watch = new RecoveryWatch(api, screen, clock);
      watch.skipTheOld();
      if (host == null) {
        List<String> hosts = hostsToFail(started.simulator());
        DemoOwner owner = DemoOwner.of(hosts.getFirst(), started, data);
        DemoHints.lines(started, hosts, flagsToFind(started), watches(started, owner, data))
            .forEach(screen::line);
      } else {
        screen.line(
            "No demo was running: this one now is, until Ctrl-C, the simulated cloud at "
                + started.simulator());
        fail(host, new HostReturn(api, started));
      }
      watch.followAll();
    }
  }

  private int failAndFollow(String host, URI api, URI cloud) throws InterruptedException {
    DemoSession session = DemoSession.at(cloud).orElse(null);
    URI keystone = session == null ? null : session.keystone();
    try (ApiClient client = new ApiClient(api, session);
        ApiClient simulated = new ApiClient(cloud)) {
      RecoveryWatch watch = new RecoveryWatch(client, screen, clock);
      watch.skipTheOld();
      HostReturn back = new HostReturn(client, new Demo.Started(api, cloud, keystone));
      fail(host, back);
      boolean isFinished = watch.followUntilFinished(host, () -> report(host, simulated), back);
      return isFinished ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /** What became of the report of its death; empty where the simulator does not say. */
  private static String report(String host, ApiClient simulated) {
    return simulated.read("/simulator/hosts/" + host).path("report").path("outcome").asString("");
  }

  private void fail(String host, HostReturn back) {
    URI cloud = back.demo().simulator();
    try (ApiClient simulated = new ApiClient(cloud)) {
      if (!simulated.answers("/simulator")) {
        throw new StartRefusedException(
            "No simulated cloud answers at %s; where is it? Say so with --simulator HOST:PORT"
                .formatted(cloud));
      }
      if (!simulated.answers("/simulator/hosts/" + host)) {
        throw new StartRefusedException(
            "The simulated cloud at %s has no host %s".formatted(cloud, host));
      }
      if (!simulated.read("/simulator/hosts/" + host).path("alive").asBoolean(true)) {
        throw new StartRefusedException(
            "%s is dead already; bring it back with: %s".formatted(host, back.line(host)));
      }
      simulated.call("POST", "/simulator/hosts/" + host + "/fail", "");
      screen.line(host + ": power is gone; the cloud's monitor will notice and report it");
    }
  }

  /**
   * Up to three living hosts from {@value #FIRST_TO_FAIL} on; the first host where all are dead.
   */
  private static List<String> hostsToFail(URI simulator) {
    List<String> alive = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try (ApiClient cloud = new ApiClient(simulator)) {
      for (JsonNode host : cloud.read("/simulator/hosts").path("hosts")) {
        all.add(host.path("name").asString());
        if (host.path("alive").asBoolean(false)) {
          alive.add(host.path("name").asString());
        }
      }
    }
    List<String> later = alive.stream().filter(h -> h.compareTo(FIRST_TO_FAIL) >= 0).toList();
    List<String> hosts = later.isEmpty() ? alive : later;
    return hosts.isEmpty() ? all.subList(0, 1) : hosts.subList(0, Math.min(3, hosts.size()));
  }

  private static String flagsToFind(Demo.Started demo) {
    String api = demo.api().getAuthority();
    String cloud = demo.simulator().getAuthority();
    String listen = api.equals(USUAL_LISTEN) ? "" : " --listen " + api;
    boolean isNext = ListenAddress.parse(api).next().toString().equals(cloud);
    return listen + (isNext ? "" : " --simulator " + cloud);
  }

  /** The commands that follow what the operators and an owner are told. */
  private static List<String> watches(Demo.Started demo, DemoOwner owner, Path data) {
    boolean isUsual = demo.api().getAuthority().equals(USUAL_LISTEN);
    String watch = "./tocsin watch" + (isUsual ? "" : " --api " + demo.api());
    String operators = watch + " --account operators";
    if (!data.equals(AccountFlags.DEMO_DATA)) {
      operators += " --token-file " + quoted(data.resolve(AccountFlags.OPERATOR_TOKEN));
    }
    String token = " --token-file " + quoted(owner.tokenFile());
    return List.of(operators, watch + " --account " + owner.account() + token);
  }

  /** For a shell. */
  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static boolean isRunning(ListenAddress listen) {
    if (listen.port() == 0) {
      return false;
    }
    try (ApiClient api = new ApiClient(url(listen))) {
      return api.answers("/v1/");
    }
  }

  private static URI url(ListenAddress address) {
    return URI.create("http://" + address);
  }
}
