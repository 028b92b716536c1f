package io.tocsin.app;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where log lines go: one place for our own and those of every library. */
public final class Logging {
  private Logging() {}

  /**
   * Before the first line is logged; afterwards the level stays what it was.
   *
   * @param level the least severe that is logged: ERROR, WARN, INFO or DEBUG
   */
  public static void start(String level) {
    // Read by logback.xml, when the first logger is made.
    System.setProperty("tocsin.log.level", level);
    // The database driver and the JDK log in the JDK's own way.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
