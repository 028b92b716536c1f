package io.tocsin.cli;

import java.util.concurrent.CountDownLatch;

/** Keeps the process alive until it is told to stop, then stops what runs. */
final class Running {
  private Running() {}

  /** What runs. Waiting is interrupted when the end comes. */
  interface Work {
    void run() throws InterruptedException;
  }

  /** Work that is only waiting for the end. */
  static void untilTold() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /**
   * Runs {@code work}, which a signal to end (SIGTERM, SIGINT) interrupts. Whatever ends it, {@code
   * stop} is called before the process ends. A stop after a signal is a success: the process exits
   * with 0.
   */
  static void run(Work work, Runnable stop) {
    CountDownLatch hasStopped = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    Thread onSignal =
        new Thread(
            () -> {
              if (hasStopped.getCount() == 0) {
                return;
              }
              worker.interrupt();
              awaitStubbornly(hasStopped);
              // Otherwise the exit code would be the signal's.
              Runtime.getRuntime().halt(0);
            },
            "on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      work.run();
    } catch (InterruptedException _) {
      // Told to end. The flag is not set again: stopping has to wait for things.
    } finally {
      Thread.interrupted();
      try {
        stop.run();
      } finally {
        hasStopped.countDown();
      }
    }
  }

  private static void awaitStubbornly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException _) {
        // The JVM's own thread: nobody interrupts it with a meaning.
      }
    }
  }
}
