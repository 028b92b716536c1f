package io.tocsin.recovery;

import io.tocsin.compute.Server;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides what happens to each instance of a failed host. No side effects. */
final class Planner {
  /** What counts as true in instance metadata, any case; everything else is false (spec §3.4). */
  private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");

  static final String LEFT_DELETED = "Left where it is: its owner has deleted it.";
  static final String LEFT_IN_ERROR =
      "Left where it is: instances in 'error' state are not recovered.";

  /** A number beyond is taken for this one. */
  private static final int HIGHEST_PRIORITY = 1_000_000;

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,9}");

  /** Marked ones first, then the higher priority, then the larger, which are harder to place. */
  static final Comparator<PlannedMove> BY_IMPORTANCE =
      Comparator.comparing((PlannedMove move) -> !move.isHaEnabled())
          .thenComparing(Comparator.comparingInt(PlannedMove::priority).reversed())
          .thenComparing(Comparator.comparingInt(PlannedMove::ramMebibytes).reversed())
          .thenComparing(Comparator.comparingInt(PlannedMove::vcpus).reversed());

  private static final Comparator<PlannedMove> MOST_IMPORTANT_FIRST =
      BY_IMPORTANCE.thenComparing(PlannedMove::name).thenComparing(move -> move.instance().value());

  private final RecoverySettings.HostRules rules;

  Planner(RecoverySettings.HostRules rules) {
    this.rules = rules;
  }

  /** The plan for a host with these servers on it. */
  Plan plan(List<Server> servers) {
    return new Plan(
        servers.stream()
            .filter(server -> !server.isDeleted())
            .map(this::move)
            .sorted(MOST_IMPORTANT_FIRST)
            .toList());
  }

  /**
   * A plan that continues {@code earlier}: what it decided stands, and servers it did not know of
   * are added at the end.
   */
  Plan continued(Plan earlier, List<Server> servers) {
    Set<Object> known = new HashSet<>();
    earlier.moves().forEach(move -> known.add(move.instance()));
    List<Server> unknown = servers.stream().filter(s -> !known.contains(s.id())).toList();
    return new Plan(
        Stream.concat(earlier.moves().stream(), plan(unknown).moves().stream()).toList());
  }

  static boolean isHaEnabled(Map<String, String> metadata, String key) {
    return TRUE.contains(metadata.getOrDefault(key, "").toLowerCase(Locale.ROOT));
  }

  private PlannedMove move(Server server) {
    boolean isHaEnabled = isHaEnabled(server.metadata(), rules.haEnabledKey());
    int priority = priority(server.metadata().get(rules.priorityKey()));
    return move(server, isHaEnabled, priority, leftBecause(server, isHaEnabled));
  }

  /** What is not a whole number is no priority. */
  private static int priority(@Nullable String text) {
    return text == null || !NUMBER.matcher(text).matches()
        ? 0
        : Math.clamp(Integer.parseInt(text), -HIGHEST_PRIORITY, HIGHEST_PRIORITY);
  }

  /** What there is to know of an instance before anything is done about it. */
  static PlannedMove move(
      Server server, boolean isHaEnabled, int priority, @Nullable String leftBecause) {
    Server.Size size = server.size();
    return new PlannedMove(
        server.id(),
        server.name(),
        server.vmState(),
        server.taskState(),
        server.powerState(),
        server.isLocked(),
        isHaEnabled,
        priority,
        size == null ? 0 : size.vcpus(),
        size == null ? 0 : size.ramMebibytes(),
        leftBecause,
        server.projectId());
  }

  private @Nullable String leftBecause(Server server, boolean isHaEnabled) {
    if (server.vmState().equals("soft-delete")) {
      return LEFT_DELETED;
    }
    if (rules.ignoreInError() && server.vmState().equals("error")) {
      return LEFT_IN_ERROR;
    }
    if (!rules.evacuateAll() && !isHaEnabled) {
      return "Left where it is: it is not " + rules.haEnabledKey() + ".";
    }
    return null;
  }
}
