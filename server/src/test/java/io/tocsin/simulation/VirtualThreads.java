package io.tocsin.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/**
 * Two things the JDK has but does not offer: virtual threads on an executor of one's own, and
 * keeping one on its carrier. Both need the options in {@link #OPTIONS}.
 *
 * <p>A virtual thread that is started by another one runs on the same executor, so whatever the
 * engine starts is ours too.
 */
final class VirtualThreads {
  static final String OPTIONS =
      "--add-opens java.base/java.lang=ALL-UNNAMED"
          + " --add-exports java.base/jdk.internal.vm=ALL-UNNAMED";

  private static final Constructor<?> BUILDER;
  private static final MethodHandle PIN;
  private static final MethodHandle UNPIN;

  static {
    try {
      BUILDER =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      BUILDER.setAccessible(true);
      Class<?> continuation = Class.forName("jdk.internal.vm.Continuation");
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PIN = lookup.unreflect(continuation.getMethod("pin"));
      UNPIN = lookup.unreflect(continuation.getMethod("unpin"));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException("The JVM needs the options " + OPTIONS, e);
    }
  }

  private VirtualThreads() {}

  /** Builds threads whose every turn is a task of that executor. */
  static Thread.Builder.OfVirtual on(Executor executor) {
    try {
      return (Thread.Builder.OfVirtual) BUILDER.newInstance(executor);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on the current virtual thread, when it blocks, keeps everybody else from running. */
  static void pin() {
    call(PIN);
  }

  /** Undoes {@link #pin}. */
  static void unpin() {
    call(UNPIN);
  }

  /** Does it with everybody else kept from running; also outside of any virtual thread. */
  static <T> T pinned(Callable<T> work) throws Exception {
    if (!Thread.currentThread().isVirtual()) {
      return work.call();
    }
    pin();
    try {
      return work.call();
    } finally {
      unpin();
    }
  }

  private static void call(MethodHandle handle) {
    try {
      handle.invoke();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
