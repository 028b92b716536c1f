package io.tocsin.masakari;

import io.tocsin.clock.Clock;
import io.tocsin.failover.FailureImport;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.Host;
import io.tocsin.failover.HostId;
import io.tocsin.failover.Imported;
import io.tocsin.failover.InventoryImport;
import io.tocsin.failover.PastFailure;
import io.tocsin.failover.Segment;
import io.tocsin.masakari.ImportReport.Kind;
import io.tocsin.masakari.Source.GoneException;
import io.tocsin.recovery.HistoryImport;
import io.tocsin.recovery.PastRecovery;
import io.tocsin.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings everything of a source here: segments, hosts, and the notifications that are over with
 * what their recoveries did.
 *
 * <p>Nothing runs twice: a notification that is open at the source is left to it, and one that is
 * over starts nothing here. Each page is one transaction, and a repeat finds what is here and goes
 * on; so an import may be stopped at any moment and run as often as one likes, also on a database
 * that nodes are using.
 *
 * <p>Segments and hosts are read whole before the first is written, because what the source no
 * longer has must go before its name can be given again; there are at most {@value #MAX_HOSTS}.
 * Notifications pass page by page.
 */
public final class Import {
  /** About a hundred megabytes of them. */
  private static final int MAX_HOSTS = 200_000;

  private static final int BATCH = 500;

  private final Source source;
  private final Database database;
  private final Options options;
  private final ImportReport report;
  private final Progress progress;
  private final Clock clock;
  private final FailureImport failures;
  private final HistoryImport history = new HistoryImport();

  // A dry run writes no hosts, so what it looks at later does not find them here.
  private final Set<HostId> hostsThere = new HashSet<>();

  /**
   * What to bring.
   *
   * @param isDryRun only look: write nothing, and do not ask for histories
   * @param since leave out notifications generated before; null brings all
   * @param withDetails ask for the recoveries' steps, which the source has to ask its engine for
   * @param pageSize most notifications of one transaction
   */
  public record Options(
      boolean isDryRun, @Nullable Instant since, boolean withDetails, int pageSize) {}

  /** Told how far the import is. */
  public interface Progress {
    /**
     * So many of this kind have been looked at.
     *
     * @param total about how many there are; it may prove to be more
     */
    void reached(Kind kind, long done, long total);
  }

  /** Nothing happens before {@link #run}; the source is connected. */
  public Import(
      Source source,
      Database database,
      Options options,
      ImportReport report,
      Progress progress,
      Clock clock) {
    this.source = source;
    this.database = database;
    this.options = options;
    this.report = report;
    this.progress = progress;
    this.clock = clock;
    this.failures = new FailureImport(database);
  }

  /**
   * Runs to the end of the source's lists; the report is filled as it goes.
   *
   * @throws SourceException when the source cannot be read on
   */
  public void run() {
    if (!source.hasVmoves()) {
      report.remark(
          "the source knows microversion %s only: it has no vmoves%s"
              .formatted(source.version(), source.hasDetails() ? "" : " and no workflow details"));
    }
    List<Segment> segments = readSegments();
    List<Host> hosts = readHosts(segments);
    hosts.forEach(host -> hostsThere.add(host.id()));
    InventoryImport inventory =
        new InventoryImport(database, source.identity(), options.isDryRun());
    drop(inventory, segments, hosts);
    inBatches(Kind.SEGMENT, segments, inventory::addSegments, it -> it.id().toString());
    inBatches(Kind.HOST, hosts, inventory::addHosts, it -> it.id().toString());
    hosts.stream()
        .map(Host::name)
        .filter(name -> !name.equals(name.toLowerCase(Locale.ROOT)))
        .forEach(name ->
            report.remark(
                "host %s: here the case of a name counts; monitors have to report it so"
                    .formatted(name)));
    importNotifications();
  }

  private List<Segment> readSegments() {
    List<Segment> segments = new ArrayList<>();
    source.segments(row -> {
      switch (row) {
        case Row.Read<Segment> read -> segments.add(read.value());
        case Row.Unreadable<Segment> odd ->
            report.leave(Kind.SEGMENT, odd.id(), LeftOut.UNREADABLE, odd.why());
      }
      checkBound(segments.size());
    });
    return segments;
  }

  /**
   * In the order of the source's ids, whatever their segments. Segments that have gone since they
   * were listed are taken out.
   */
  private List<Host> readHosts(List<Segment> segments) {
    List<Host> hosts = new ArrayList<>();
    Set<Segment> gone = new HashSet<>();
    for (Segment segment : segments) {
      try {
        source.hosts(
            segment,
            row -> {
              switch (row) {
                case Row.Read<Host> read -> hosts.add(read.value());
                case Row.Unreadable<Host> odd ->
                    report.leave(Kind.HOST, odd.id(), LeftOut.UNREADABLE, odd.why());
              }
              checkBound(hosts.size());
            });
      } catch (GoneException _) {
        report.leave(Kind.SEGMENT, segment.id().toString(), LeftOut.GONE_MEANWHILE, "");
        gone.add(segment);
      }
    }
    segments.removeAll(gone);
    hosts.sort(Comparator.comparingLong(Host::number));
    return hosts;
  }

  private void checkBound(int size) {
    if (size > MAX_HOSTS) {
      throw new SourceException(
          "%s: has more than %d segments or hosts".formatted(source.url(), MAX_HOSTS));
    }
  }

  /**
   * Deletes here what is gone at the source: only after lists that were read whole, only where the
   * source still shows something that it gave before, and only rows that it does not show when
   * asked for each by itself either. A list that is short for another reason must not empty ours.
   */
  private void drop(InventoryImport inventory, List<Segment> segments, List<Host> hosts) {
    if (inventory.isStrange(segments)) {
      report.remark(
          "the source shows none of the segments that came from its URL before;"
              + " nothing of them was deleted here");
      return;
    }
    boolean isWhole =
        report.left(Kind.SEGMENT, LeftOut.UNREADABLE) == 0
            && report.left(Kind.HOST, LeftOut.UNREADABLE) == 0
            && report.left(Kind.SEGMENT, LeftOut.GONE_MEANWHILE) == 0;
    if (!isWhole) {
      report.remark("its lists could not be read whole, so nothing gone there was deleted here");
      return;
    }
    List<Host> goneHosts =
        inventory.missingHosts(hosts).stream().filter(it -> !source.has(it)).toList();
    for (var gone : inventory.dropHosts(goneHosts)) {
      report.countGone(Kind.HOST, gone.row().id().toString(), gone.outcome());
    }
    List<Segment> goneSegments =
        inventory.missingSegments(segments).stream().filter(it -> !source.has(it)).toList();
    for (var gone : inventory.dropSegments(goneSegments)) {
      report.countGone(Kind.SEGMENT, gone.row().id().toString(), gone.outcome());
    }
  }

  private <T> void inBatches(
      Kind kind, List<T> all, Function<List<T>, List<Imported>> write, Function<T, String> id) {
    for (int from = 0; from < all.size(); from += BATCH) {
      List<T> batch = all.subList(from, Math.min(all.size(), from + BATCH));
      List<Imported> outcomes = write.apply(batch);
      for (int i = 0; i < batch.size(); i++) {
        report.count(kind, id.apply(batch.get(i)), outcomes.get(i));
      }
      progress.reached(kind, from + batch.size(), all.size());
    }
  }

  private void importNotifications() {
    long oldest = source.edgeOfNotifications(false);
    long total = source.edgeOfNotifications(true) - oldest + 1;
    Histories histories = new Histories(source, report, clock, options.withDetails());
    List<PastFailure> page = new ArrayList<>();
    source.notifications(
        options.since(),
        row -> {
          take(row, page);
          if (page.size() >= options.pageSize()) {
            write(page, histories);
            page.clear();
          }
          progress.reached(Kind.NOTIFICATION, row.number() - oldest + 1, total);
        });
    write(page, histories);
  }

  private void take(Row<Report> row, List<PastFailure> page) {
    switch (row) {
      case Row.Unreadable<Report> odd ->
          report.leave(Kind.NOTIFICATION, odd.id(), LeftOut.UNREADABLE, odd.why());
      case Row.Read<Report>(_, Report.Open open) ->
          report.leave(Kind.NOTIFICATION, open.id().toString(), LeftOut.STILL_OPEN, open.status());
      case Row.Read<Report>(_, Report.Ended ended) -> page.add(ended.failure());
    }
  }

  private void write(List<PastFailure> page, Histories histories) {
    List<Imported> outcomes = failures.look(page, options.isDryRun() ? hostsThere : Set.of());
    List<PastFailure> wanted = new ArrayList<>();
    for (int i = 0; i < page.size(); i++) {
      Imported outcome = outcomes.get(i);
      boolean isWanted = outcome instanceof Imported.Added || outcome instanceof Imported.Changed;
      if (isWanted && !options.isDryRun()) {
        wanted.add(page.get(i));
      } else {
        report.count(Kind.NOTIFICATION, page.get(i).id().toString(), outcome);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    Map<FailureNotificationId, Histories.History> asked = histories.ask(wanted);
    List<FailureImport.Entry> entries = new ArrayList<>();
    for (PastFailure failure : wanted) {
      Histories.History answer = asked.get(failure.id());
      if (answer != null) {
        entries.add(new FailureImport.Entry(failure, answer.isComplete()));
      }
    }
    write(entries, asked, outcomes(page, outcomes));
  }

  private static Map<FailureNotificationId, Imported> outcomes(
      List<PastFailure> page, List<Imported> outcomes) {
    Map<FailureNotificationId, Imported> byId = new HashMap<>();
    for (int i = 0; i < page.size(); i++) {
      byId.put(page.get(i).id(), outcomes.get(i));
    }
    return byId;
  }

  private void write(
      List<FailureImport.Entry> entries,
      Map<FailureNotificationId, Histories.History> asked,
      Map<FailureNotificationId, Imported> expected) {
    record Written(Map<UUID, Long> numbers, int vmoves) {}
    Written written =
        database.inTransaction(tx -> {
          Map<UUID, Long> numbers = failures.write(tx, entries);
          Map<Long, PastRecovery> recoveries = new HashMap<>();
          asked.forEach((id, answer) -> {
            Long number = numbers.get(id.value());
            if (number != null) {
              recoveries.put(number, answer.recovery());
            }
          });
          return new Written(numbers, history.write(tx, recoveries));
        });
    report.countAdded(Kind.VMOVE, written.vmoves());
    for (FailureImport.Entry entry : entries) {
      FailureNotificationId id = entry.failure().id();
      Imported outcome = expected.get(id);
      // Asked again for its history, and again in vain.
      boolean isAsBefore = outcome instanceof Imported.Changed && !entry.isComplete();
      boolean isWritten = written.numbers().containsKey(id.value()) && !isAsBefore;
      report.count(
          Kind.NOTIFICATION,
          id.toString(),
          isWritten && outcome != null ? outcome : new Imported.Same());
    }
  }
}
