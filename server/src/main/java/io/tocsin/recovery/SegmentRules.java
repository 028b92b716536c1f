package io.tocsin.recovery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * In what a segment's safety rules differ from the settings; null: it does not. Members as in
 * {@link SafetyRules}.
 */
public record SegmentRules(
    @Nullable Boolean requiresFencing,
    @Nullable Boolean watchesHeartbeats,
    @Nullable Integer leastServicesUp,
    @Nullable Boolean forcesDown,
    @Nullable Integer brakeHosts,
    @Nullable Integer brakePercent,
    @Nullable Duration brakeWindow) {
  /** It differs in nothing. */
  public static final SegmentRules NONE =
      new SegmentRules(null, null, null, null, null, null, null);

  /** What holds for the segment. */
  public SafetyRules over(SafetyRules settings) {
    SafetyRules.Brake brake = settings.brake();
    return new SafetyRules(
        requiresFencing == null ? settings.requiresFencing() : requiresFencing,
        watchesHeartbeats == null ? settings.watchesHeartbeats() : watchesHeartbeats,
        leastServicesUp == null ? settings.leastServicesUp() : leastServicesUp,
        forcesDown == null ? settings.forcesDown() : forcesDown,
        new SafetyRules.Brake(
            brakeHosts == null ? brake.hosts() : brakeHosts,
            brakePercent == null ? brake.percent() : brakePercent,
            brakeWindow == null ? brake.window() : brakeWindow));
  }
}
