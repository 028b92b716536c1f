package io.tocsin.cli;

import io.tocsin.clock.Clock;
import io.tocsin.masakari.Import;
import io.tocsin.masakari.ImportReport.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how far an import is: a bar on a terminal, now and then a line elsewhere. */
final class ImportScreen implements Import.Progress {
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  /** Without a terminal, a line is written each time so many percent more are done. */
  private static final int PERCENT_PER_LINE = 20;

  private final Screen screen;
  private final Clock clock;
  private final long begun;
  private long drawn;
  private @Nullable Kind kind;
  private long percent;

  ImportScreen(Screen screen, Clock clock) {
    this.screen = screen;
    this.clock = clock;
    this.begun = clock.nanoTime();
    this.drawn = begun - REDRAW_NANOS;
  }

  @Override
  public void reached(Kind now, long done, long total) {
    long all = Math.max(done, total);
    if (now != kind) {
      kind = now;
      percent = 0;
    }
    if (screen.isTerminal()) {
      if (clock.nanoTime() - drawn >= REDRAW_NANOS || done == all) {
        drawn = clock.nanoTime();
        screen.live(List.of(line(now, done, all)));
      }
      return;
    }
    long nowPercent = all == 0 ? 100 : 100 * done / all;
    if (nowPercent / PERCENT_PER_LINE > percent / PERCENT_PER_LINE) {
      percent = nowPercent;
      screen.line(line(now, done, all));
    }
  }

  private String line(Kind now, long done, long all) {
    // By the source's integer ids, of which a few may be missing: so it counts in percent.
    return "%s %s%%  %s"
        .formatted(
            String.format(Locale.ROOT, "%-13s", now.plural()),
            Screen.bar(Math.toIntExact(100 * done / Math.max(1, all)), 100)
                .replaceFirst("/100$", ""),
            String.format(Locale.ROOT, "%.1f s", (clock.nanoTime() - begun) / 1e9));
  }

  /** Takes the bar away. */
  void end() {
    screen.live(List.of());
  }
}
