package io.tocsin.cli;

import java.util.concurrent.CountDownLatch;

/** Keeps the process alive until it is told to stop, then stops what runs. */
final class Running {
  private Running() {}

  /**
   * Runs {@code start} and waits for a signal to end; {@code stop} is called in any case, before
   * the process ends.
   */
  static void until(Runnable stop, Runnable start) {
    CountDownLatch isToEnd = new CountDownLatch(1);
    CountDownLatch hasStopped = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Thread hook =
        new Thread(
            () -> {
              isToEnd.countDown();
              main.interrupt();
              awaitUninterrupted(hasStopped);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start.run();
      isToEnd.await();
    } catch (InterruptedException _) {
      // The signal came; the flag is not restored, for stopping needs to wait for things.
    } finally {
      // A signal may have come while starting: from here on only the stop itself counts.
      Thread.interrupted();
      stop.run();
      hasStopped.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException _) {
        // The JVM's own thread; nobody interrupts it with a meaning.
      }
    }
  }
}
