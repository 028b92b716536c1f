package io.tocsin.simulation;

import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.recovery.RecoverySettings;
import io.tocsin.simulation.WorldPlan.Event;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.Span;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A world written down: above a line of dashes what is there and what happens, below it the log
 * that this is expected to give. docs/simulation.md explains the words.
 *
 * @param head the lines above the dashes, as they stand
 * @param expected those below
 */
record Scenario(WorldPlan plan, List<String> head, List<String> expected) {
  static final String DASHES = "----";

  private static final Map<String, String> STOPPED =
      Map.of("event", "STOPPED", "cluster_status", "OFFLINE");

  private static final String NODE = "(?:node-(\\d+)|the holder)";

  /** What may be said of hosts, nodes and the rest, and what it means. */
  private record Word(Pattern pattern, Meaning meaning) {
    static Word of(String pattern, Meaning meaning) {
      return new Word(Pattern.compile(pattern), meaning);
    }
  }

  private interface Meaning {
    Happening of(Matcher it);
  }

  private static final List<Word> WORDS =
      List.of(
          Word.of("(host-\\d+) dies", it -> new Happening.HostDies(it.group(1))),
          Word.of("(host-\\d+) loses nova-compute", it -> new Happening.ServiceDies(it.group(1))),
          Word.of("(host-\\d+) returns", it -> new Happening.HostReturns(it.group(1))),
          Word.of(
              "(\\d+) monitors? reports? (host-\\d+) dead",
              it -> host(it.group(2), "NORMAL", Integer.parseInt(it.group(1)))),
          Word.of(
              "monitor whose clock is (\\S+) (behind|ahead) reports (host-\\d+) dead",
              it ->
                  new Happening.Report(
                      FailureType.COMPUTE_HOST,
                      it.group(3),
                      host("NORMAL"),
                      1,
                      duration(it.group(1)).multipliedBy(it.group(2).equals("behind") ? -1 : 1))),
          Word.of(
              "(\\d+) monitors? reports? (host-\\d+) silent",
              it -> host(it.group(2), "UNKNOWN", Integer.parseInt(it.group(1)))),
          Word.of(
              "monitor reports process (\\S+) of (host-\\d+) dead",
              it ->
                  new Happening.Report(
                      FailureType.PROCESS,
                      it.group(2),
                      Map.of("event", "STOPPED", "process_name", it.group(1)),
                      1)),
          Word.of(
              "monitor reports instance (\\S+) dead",
              it ->
                  new Happening.Report(
                      FailureType.VM,
                      it.group(1),
                      Map.of("event", "LIFECYCLE", "vir_domain_event", "STOPPED_FAILED"),
                      1)),
          Word.of("owner deletes (\\S+)", it -> new Happening.OwnerDeletes(it.group(1))),
          Word.of(
              "(\\S+) becomes (\\{.*)",
              it -> new Happening.InstanceBecomes(it.group(1), it.group(2))),
          Word.of(
              "operator pauses (\\S+) for (\\S+)",
              it -> new Happening.ByOperator.Pauses(it.group(1), duration(it.group(2)))),
          Word.of("operator resumes (\\S+)", it -> new Happening.ByOperator.Resumes(it.group(1))),
          Word.of("operator cancels (\\S+)", it -> new Happening.ByOperator.Cancels(it.group(1))),
          Word.of("operator retries (\\S+)", it -> new Happening.ByOperator.Retries(it.group(1))),
          Word.of("operator approves (\\S+)", it -> new Happening.ByOperator.Approves(it.group(1))),
          Word.of(
              "operator (enables|disables) segment",
              it -> new Happening.ByOperator.EnablesSegment(it.group(1).equals("enables"))),
          Word.of("cloud fault (\\{.*)", it -> new Happening.CloudFault(it.group(1))),
          Word.of("cloud heals", _ -> new Happening.CloudHeals()),
          Word.of(NODE + " is killed", it -> new Happening.NodeDies(node(it))),
          Word.of("node-(\\d+) starts", it -> new Happening.NodeStarts(node(it))),
          Word.of("node-(\\d+) stops", it -> new Happening.NodeStops(node(it))),
          Word.of(
              NODE + " freezes for (\\S+)",
              it -> new Happening.NodeFreezes(node(it), duration(it.group(2)))),
          Word.of(
              NODE + " loses the database for (\\S+)",
              it -> new Happening.DatabaseCut(node(it), duration(it.group(2)))));

  private static Happening host(String name, String status, int monitors) {
    return new Happening.Report(FailureType.COMPUTE_HOST, name, host(status), monitors);
  }

  private static Map<String, String> host(String status) {
    Map<String, String> payload = new HashMap<>(STOPPED);
    payload.put("host_status", status);
    return payload;
  }

  private static int node(Matcher it) {
    return it.group(1) == null ? Happening.HOLDER : Integer.parseInt(it.group(1));
  }

  private static Duration duration(String text) {
    return Span.parse(text).min();
  }

  /**
   * @throws IllegalArgumentException a line that means nothing, and says which
   */
  static Scenario parse(List<String> lines) {
    int dashes = lines.indexOf(DASHES);
    List<String> head = dashes < 0 ? lines : lines.subList(0, dashes);
    List<String> expected = dashes < 0 ? List.of() : lines.subList(dashes + 1, lines.size());
    return new Scenario(new Reader().read(head), List.copyOf(head), List.copyOf(expected));
  }

  /** Gathers what the lines say. */
  private static final class Reader {
    private final Map<String, Object> settings =
        new HashMap<>(
            Map.of(
                "latency", "0s",
                "evacuation_time", "2s",
                "stop_time", "1s",
                "boot_time", "1s"));
    private final List<Event> events = new ArrayList<>();
    private int nodes = 1;
    private int hosts = 3;
    private int instances = 6;
    private RegionSpec.States states = RegionSpec.States.ALL_ACTIVE;
    private RecoveryMethod method = RecoveryMethod.AUTO;
    private List<String> reserved = List.of();
    private int width = RecoverySettings.Limits.DEFAULT.evacuations();
    private Duration heartbeats = RecoverySettings.Safety.DEFAULT.heartbeats();

    WorldPlan read(List<String> lines) {
      for (String line : lines) {
        String text = line.strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          readLine(text);
        }
      }
      return new WorldPlan(
          1,
          nodes,
          new RegionSpec(hosts, instances, 1, states),
          new WorldPlan.Enrolment(method, reserved),
          Behaviour.DEMO.changed(settings),
          CloudSettings.defaults(URI.create(CloudSide.ENDPOINT)),
          settings(),
          new WorldPlan.Travel(Span.of(Duration.ofMillis(5)), Span.of(Duration.ofMillis(1))),
          events,
          false);
    }

    private RecoverySettings settings() {
      RecoverySettings.Limits limits = RecoverySettings.Limits.DEFAULT;
      RecoverySettings all = RecoverySettings.DEFAULT;
      RecoverySettings.Safety safety = all.safety();
      return all.with(new RecoverySettings.Limits(limits.recoveries(), width, limits.attempts()))
          .with(
              new RecoverySettings.Safety(
                  safety.rules(), safety.region(), safety.lookAgain(), heartbeats));
    }

    private void readLine(String text) {
      String[] words = text.split("\\s+", 3);
      switch (words[0]) {
        case "nodes" -> nodes = Integer.parseInt(words[1]);
        case "hosts" -> hosts = Integer.parseInt(words[1]);
        case "instances" -> {
          instances = Integer.parseInt(words[1]);
          if (words.length > 2 && words[2].equals("mixed")) {
            states = RegionSpec.States.MIXED;
          }
        }
        case "method" -> method = RecoveryMethod.valueOf(words[1].toUpperCase(Locale.ROOT));
        case "reserved" ->
            reserved = List.of(text.substring("reserved".length()).strip().split("\\s+", -1));
        case "width" -> width = Integer.parseInt(words[1]);
        case "heartbeats" -> heartbeats = duration(words[1]);
        case "set" ->
            settings.put(words[1], words[2].matches("\\d+") ? Integer.valueOf(words[2]) : words[2]);
        case "at" -> events.add(new Event(duration(words[1]), happening(words[2])));
        default -> throw new IllegalArgumentException("what is this: " + text);
      }
    }

    private static Happening happening(String text) {
      for (Word word : WORDS) {
        Matcher matcher = word.pattern().matcher(text);
        if (matcher.matches()) {
          return word.meaning().of(matcher);
        }
      }
      throw new IllegalArgumentException("nothing is known to happen by: " + text);
    }
  }
}
