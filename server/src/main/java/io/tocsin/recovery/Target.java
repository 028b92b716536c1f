package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.HostId;
import io.tocsin.failover.Reported;
import io.tocsin.failover.SegmentId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Aim} turned out to be.
 *
 * @param name of the segment or host; of a recovery's host; empty for the region
 * @param segment null for the region
 * @param hostNumber null for the region and segments, as is {@code host}
 * @param recoveryNumber null but for recoveries, as is {@code recovery}
 */
record Target(
    Aim.Kind kind,
    String name,
    @Nullable SegmentId segment,
    @Nullable Long hostNumber,
    @Nullable HostId host,
    @Nullable Long recoveryNumber,
    @Nullable FailureNotificationId recovery) {
  static final Target REGION = new Target(Aim.Kind.REGION, "", null, null, null, null, null);

  static Target ofSegment(UUID id, String name) {
    return new Target(Aim.Kind.SEGMENT, name, new SegmentId(id), null, null, null, null);
  }

  static Target of(Reported report, long hostNumber) {
    FailureNotification it = report.notification();
    return new Target(
        Aim.Kind.RECOVERY,
        report.hostName(),
        it.segment(),
        hostNumber,
        it.sourceHost(),
        it.number(),
        it.id());
  }

  /** Within a sentence. */
  String text() {
    return switch (kind) {
      case REGION -> "the whole region";
      case SEGMENT -> "segment " + EventText.cut(name, EventText.MAX_NAME);
      case HOST -> "host " + EventText.cut(name, EventText.MAX_NAME);
      case RECOVERY -> "the recovery of host " + EventText.cut(name, EventText.MAX_NAME);
    };
  }

  @Nullable UUID segmentValue() {
    return segment == null ? null : segment.value();
  }

  /** The names that it has now: what is written down outlives what it is about. */
  Map<String, String> details() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("scope", kind.wire());
    if (!name.isEmpty()) {
      details.put("target", name);
    }
    if (segment != null) {
      details.put("segment", segment.toString());
    }
    if (host != null) {
      details.put("host", host.toString());
    }
    if (recovery != null) {
      details.put("recovery", recovery.toString());
    }
    return details;
  }
}
