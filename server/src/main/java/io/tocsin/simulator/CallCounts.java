package io.tocsin.simulator;

import java.util.EnumMap;
import java.util.Map;

/** How often each kind of call was received. Not thread-safe: {@link Region} guards it. */
final class CallCounts {
  private final Journal journal;
  private final Map<Call, Long> counts = new EnumMap<>(Call.class);
  private int inFlight;
  private int maxInFlight;

  CallCounts(Journal journal) {
    this.journal = journal;
  }

  void received(Call call) {
    load(call);
    journal.appendCall(call);
    inFlight++;
    maxInFlight = Math.max(maxInFlight, inFlight);
  }

  void answered() {
    inFlight--;
  }

  void load(Call call) {
    counts.merge(call, 1L, Long::sum);
  }

  void load(Map<Call, Long> stored) {
    counts.clear();
    counts.putAll(stored);
  }

  void reset() {
    load(Map.of());
    maxInFlight = inFlight;
    journal.append(entry());
  }

  Journal.CallCounts entry() {
    return new Journal.CallCounts(Map.copyOf(counts));
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<Call, Long> byKind() {
    return new EnumMap<>(counts);
  }

  int inFlight() {
    return inFlight;
  }

  /** The most at one moment since the start or the last reset. */
  int maxInFlight() {
    return maxInFlight;
  }
}
