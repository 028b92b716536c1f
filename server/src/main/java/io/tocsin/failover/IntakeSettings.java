package io.tocsin.failover;

import io.tocsin.store.GroupCommit;
import java.time.Duration;

/**
 * Bounds and rules of {@link Intake}.
 *
 * @param duplicateWindow an equal report generated at most so long after a stored one is refused
 *     (Masakari's {@code duplicate_notification_detection_interval}); the edge counts as within
 * @param bounds of the commits that reports share; more reports than may wait are refused as busy
 */
public record IntakeSettings(Duration duplicateWindow, GroupCommit.Bounds bounds) {
  /** 180 s is Masakari's; the rest is ample for a storm that a region can cause. */
  public static final IntakeSettings DEFAULTS =
      new IntakeSettings(
          Duration.ofSeconds(180), new GroupCommit.Bounds(512, 8192, Duration.ofSeconds(30)));

  public IntakeSettings {
    if (duplicateWindow.isNegative()) {
      throw new IllegalArgumentException("duplicateWindow must not be negative");
    }
  }
}
