package io.tocsin.app;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.MetricsPage;
import io.tocsin.http.Mounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where one server counts, and where that is read; {@code docs/metrics.md} lists what. */
final class Metrics implements AutoCloseable {
  /** Null where nothing is counted. */
  private final @Nullable PrometheusMeterRegistry shown;

  private final MeterRegistry registry;
  private final List<Runnable> closers = new ArrayList<>();

  Metrics(boolean isEnabled) {
    this.shown = isEnabled ? new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) : null;
    // A composite of nothing makes meters that do nothing.
    this.registry = shown == null ? new CompositeMeterRegistry() : shown;
  }

  /** For every room's metrics; where nothing is counted, what it gets goes nowhere. */
  MeterRegistry registry() {
    return registry;
  }

  boolean isEnabled() {
    return shown != null;
  }

  /** Counts what the process itself is doing, and what it logs. */
  void countProcess() {
    if (shown == null) {
      return;
    }
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    JvmGcMetrics garbage = new JvmGcMetrics();
    garbage.bindTo(registry);
    closers.add(garbage::close);
    LogbackMetrics logLines = new LogbackMetrics();
    logLines.bindTo(registry);
    closers.add(logLines::close);
  }

  /** Counts what becomes of a pool's connections, under the pool's name. */
  void count(HikariDataSource pool) {
    pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
  }

  /** The given mounts, and the page where that is on. */
  Mounts on(Mounts others) {
    PrometheusMeterRegistry it = shown;
    return it == null
        ? others
        : others.with(MetricsPage.MOUNT, new MetricsPage(it::scrape), ErrorPages.PLAIN);
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
    registry.close();
  }
}
