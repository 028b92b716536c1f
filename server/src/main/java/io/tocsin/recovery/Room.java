package io.tocsin.recovery;

import io.tocsin.compute.Hypervisor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether there is memory for what is to be moved. A forecast: the cloud may overcommit, and others
 * may be faster; so nothing is left undone for it.
 */
final class Room {
  private final Map<String, Long> freeMebibytes = new HashMap<>();
  private final boolean isKnown;

  /**
   * @param hypervisors all of the region
   * @param spares hosts that may be used although they are disabled
   * @param failed cannot be used
   * @param usesScheduler whether other hosts than the spares may be used
   */
  Room(List<Hypervisor> hypervisors, Set<String> spares, String failed, boolean usesScheduler) {
    boolean isAllKnown = true;
    for (Hypervisor each : hypervisors) {
      boolean isUsable = spares.contains(each.host()) || (usesScheduler && each.isUsable());
      if (!isUsable || each.host().equals(failed)) {
        continue;
      }
      Long free = each.freeMebibytes();
      if (free == null) {
        isAllKnown = false;
      } else {
        // One host may run several hypervisors.
        freeMebibytes.merge(each.host(), free, Math::max);
      }
    }
    this.isKnown = isAllKnown;
  }

  /** Takes room for the instance on the emptiest host; empty, or why there is none. */
  Optional<String> take(PlannedMove move) {
    if (!isKnown || move.ramMebibytes() == 0) {
      return Optional.empty();
    }
    Optional<Map.Entry<String, Long>> emptiest =
        freeMebibytes.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())));
    if (emptiest.isEmpty()) {
      return Optional.of("There is no host to move it to.");
    }
    long free = emptiest.get().getValue();
    if (free < move.ramMebibytes()) {
      return Optional.of(
          "It needs %d MiB of memory, and what precedes it leaves no host more than %d MiB."
              .formatted(move.ramMebibytes(), Math.max(0, free)));
    }
    emptiest.get().setValue(free - move.ramMebibytes());
    return Optional.empty();
  }
}
