package io.tocsin.failover;

import java.time.Duration;

/**
 * Bounds and rules of {@link Intake}.
 *
 * @param duplicateWindow an equal report generated at most so long after a stored one is refused
 *     (Masakari's {@code duplicate_notification_detection_interval}); the edge counts as within
 * @param maxBatch at most so many reports share a commit
 * @param maxWaiting at most so many reports wait for a commit; more are refused as busy
 * @param maxWait at most so long a caller waits for the commit of its report
 */
public record IntakeSettings(
    Duration duplicateWindow, int maxBatch, int maxWaiting, Duration maxWait) {

  /** 180 s is Masakari's; the rest is ample for a storm that a region can cause. */
  public static final IntakeSettings DEFAULTS =
      new IntakeSettings(Duration.ofSeconds(180), 512, 8192, Duration.ofSeconds(30));

  public IntakeSettings {
    if (duplicateWindow.isNegative()) {
      throw new IllegalArgumentException("duplicateWindow must not be negative");
    }
    if (maxBatch < 1 || maxWaiting < 1) {
      throw new IllegalArgumentException("maxBatch and maxWaiting must be at least 1");
    }
    if (!maxWait.isPositive()) {
      throw new IllegalArgumentException("maxWait must be positive");
    }
  }
}
