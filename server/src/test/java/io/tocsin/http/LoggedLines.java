package io.tocsin.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a logger says, at every level, while this is open. */
public final class LoggedLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger;
  private final Level levelBefore;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  private LoggedLines(Logger logger) {
    this.logger = logger;
    this.levelBefore = logger.getLevel();
  }

  public static LoggedLines of(String name) {
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    LoggedLines lines = new LoggedLines(logger);
    lines.setContext(logger.getLoggerContext());
    lines.start();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(lines);
    return lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  public List<ILoggingEvent> atLevel(Level level) {
    return events.stream().filter(e -> e.getLevel().equals(level)).toList();
  }

  /** Every line so far, which must be that many. */
  public List<ILoggingEvent> all(int count) {
    if (events.size() != count) {
      throw new AssertionError("Expected %d lines: %s".formatted(count, events));
    }
    return List.copyOf(events);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(levelBefore);
  }
}
