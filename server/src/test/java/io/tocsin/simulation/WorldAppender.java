package io.tocsin.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/**
 * Takes the lines that the product logs in a world's threads into the log of that world, and keeps
 * them off the console. A line at ERROR means that the product met a bug (P8).
 */
final class WorldAppender extends AppenderBase<ILoggingEvent> {
  private static boolean isInstalled;

  static synchronized void install() {
    if (isInstalled) {
      return;
    }
    isInstalled = true;
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Filter<ILoggingEvent> outsideOnly =
        new Filter<>() {
          @Override
          public FilterReply decide(ILoggingEvent event) {
            return World.current() == null ? FilterReply.NEUTRAL : FilterReply.DENY;
          }
        };
    outsideOnly.start();
    for (Iterator<Appender<ILoggingEvent>> it = root.iteratorForAppenders(); it.hasNext(); ) {
      it.next().addFilter(outsideOnly);
    }
    WorldAppender appender = new WorldAppender();
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
    Thread.setDefaultUncaughtExceptionHandler(WorldAppender::died);
  }

  @Override
  protected void append(ILoggingEvent event) {
    World world = World.current();
    if (world != null) {
      world.logged(event.getLevel().isGreaterOrEqual(Level.ERROR), text(event));
    }
  }

  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(event.getLevel() + " " + event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      event
          .getKeyValuePairs()
          .forEach(it -> text.append(' ').append(it.key).append('=').append(it.value));
    }
    if (event.getThrowableProxy() != null) {
      text.append(" (")
          .append(event.getThrowableProxy().getClassName())
          .append(": ")
          .append(event.getThrowableProxy().getMessage())
          .append(
              event.getThrowableProxy().getStackTraceElementProxyArray().length == 0
                  ? ""
                  : " at " + event.getThrowableProxy().getStackTraceElementProxyArray()[0])
          .append(')');
    }
    return text.toString();
  }

  private static void died(Thread thread, Throwable failure) {
    World world = World.current();
    if (world != null) {
      world.logged(true, "thread " + thread.getName() + " died of " + failure);
    } else {
      failure.printStackTrace();
    }
  }
}
