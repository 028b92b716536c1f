package io.tocsin.masakari;

import io.tocsin.failover.Imported;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an import brought and what it left out. Keeps the first few ids of each reason; all of them
 * go to the sink as they come. Thread-safe.
 */
public final class ImportReport {
  /** Ids kept of each reason. */
  private static final int FIRST = 5;

  /** Remarks kept; they are few unless something is badly wrong. */
  private static final int MAX_REMARKS = 100;

  /** What there is to bring. */
  public enum Kind {
    SEGMENT("segments"),
    HOST("hosts"),
    NOTIFICATION("notifications"),
    DETAILS("workflow details"),
    VMOVE("vmoves");

    private final String plural;

    Kind(String plural) {
      this.plural = plural;
    }

    public String plural() {
      return plural;
    }
  }

  private static final class Counts {
    long added;
    long changed;
    long same;
    long deleted;
  }

  private static final class Left {
    long count;
    final List<String> first = new ArrayList<>();
  }

  private final Consumer<String> sink;
  private final boolean isDryRun;
  private final Map<Kind, Counts> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Map<LeftOut, Left>> left = new EnumMap<>(Kind.class);
  private final Set<String> remarks = new LinkedHashSet<>();

  /**
   * @param sink told every line of the whole list: kind, id, reason, detail, with tabs between
   */
  public ImportReport(boolean isDryRun, Consumer<String> sink) {
    this.isDryRun = isDryRun;
    this.sink = sink;
    for (Kind kind : Kind.values()) {
      counts.put(kind, new Counts());
      left.put(kind, new EnumMap<>(LeftOut.class));
    }
  }

  synchronized void count(Kind kind, String id, Imported outcome) {
    Counts of = of(kind);
    switch (outcome) {
      case Imported.Added _ -> of.added++;
      case Imported.Changed _ -> of.changed++;
      case Imported.Same _ -> of.same++;
      case Imported.Left(var obstacle, var detail) ->
          leave(kind, id, reason(kind, obstacle), detail);
    }
  }

  private static LeftOut reason(Kind kind, Imported.Obstacle obstacle) {
    return switch (obstacle) {
      case FROM_HERE -> LeftOut.FROM_HERE;
      case CHANGED_HERE -> LeftOut.CHANGED_HERE;
      case DELETED_HERE -> LeftOut.DELETED_HERE;
      case NAME_TAKEN -> LeftOut.NAME_TAKEN;
      case IN_USE_HERE -> LeftOut.IN_USE_HERE;
      case NO_SEGMENT -> kind == Kind.NOTIFICATION ? LeftOut.HOST_FORGOTTEN : LeftOut.NO_SEGMENT;
    };
  }

  /** A row that came from the source and is gone there. */
  synchronized void countGone(Kind kind, String id, Imported outcome) {
    if (outcome instanceof Imported.Changed) {
      of(kind).deleted++;
      sink.accept("%s\t%s\tDELETED\tgone at the source".formatted(kind.plural(), id));
    } else {
      count(kind, id, outcome);
    }
  }

  synchronized void countAdded(Kind kind, long many) {
    of(kind).added += many;
  }

  synchronized void leave(Kind kind, String id, LeftOut reason, String detail) {
    Left of = ofLeft(kind).computeIfAbsent(reason, _ -> new Left());
    of.count++;
    if (of.first.size() < FIRST) {
      of.first.add(detail.isEmpty() ? id : id + " (" + detail + ")");
    }
    sink.accept("%s\t%s\t%s\t%s".formatted(kind.plural(), id, reason, oneLine(detail)));
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ");
  }

  /** Something worth knowing that left nothing out. */
  synchronized void remark(String text) {
    if (remarks.size() < MAX_REMARKS) {
      remarks.add(text);
    }
  }

  /** Rows that are here now and were not before, or would be after a dry run. */
  public synchronized long added(Kind kind) {
    return of(kind).added;
  }

  public synchronized long changed(Kind kind) {
    return of(kind).changed;
  }

  public synchronized long same(Kind kind) {
    return of(kind).same;
  }

  /** Rows deleted here because they are gone at the source. */
  public synchronized long deleted(Kind kind) {
    return of(kind).deleted;
  }

  public synchronized long left(Kind kind, LeftOut reason) {
    Left of = ofLeft(kind).get(reason);
    return of == null ? 0 : of.count;
  }

  /** Whether something was left out that somebody has to do something about. */
  public synchronized boolean hasProblems() {
    return left.values().stream().anyMatch(of -> of.keySet().stream().anyMatch(LeftOut::isProblem));
  }

  /** For people. */
  public synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    String verb = isDryRun ? "would be " : "";
    for (Kind kind : List.of(Kind.SEGMENT, Kind.HOST, Kind.NOTIFICATION)) {
      Counts of = of(kind);
      lines.add(
          "%s: %d %sadded, %d %schanged, %d the same already, %d %sdeleted, %d left out"
              .formatted(
                  kind.plural(),
                  of.added,
                  verb,
                  of.changed,
                  verb,
                  of.same,
                  of.deleted,
                  verb,
                  leftOf(kind)));
    }
    if (!isDryRun) {
      lines.add("vmoves: %d added".formatted(of(Kind.VMOVE).added));
    }
    left.forEach(
        (kind, reasons) -> reasons.forEach((reason, of) -> lines.add(line(kind, reason, of))));
    remarks.forEach(remark -> lines.add("note: " + remark));
    return lines;
  }

  private static String line(Kind kind, LeftOut reason, Left of) {
    return "%s: %d %s: %s: %s%s"
        .formatted(
            reason.isProblem() ? "problem" : "left out",
            of.count,
            kind.plural(),
            reason.text(),
            oneLine(String.join(", ", of.first)),
            of.count > of.first.size() ? ", …" : "");
  }

  private Counts of(Kind kind) {
    return Objects.requireNonNull(counts.get(kind));
  }

  private Map<LeftOut, Left> ofLeft(Kind kind) {
    return Objects.requireNonNull(left.get(kind));
  }

  private long leftOf(Kind kind) {
    return ofLeft(kind).values().stream().mapToLong(it -> it.count).sum();
  }
}
