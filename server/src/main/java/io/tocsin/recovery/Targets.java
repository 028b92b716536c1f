package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.RefusedException;
import io.tocsin.failover.Segment;
import io.tocsin.failover.Segments;
import org.jspecify.annotations.Nullable;

/**
 * Finds what operators mean, but for recoveries, which are locked where they are found. What is not
 * there is {@link OperationRefusal.NotFound}.
 */
final class Targets {
  private final Segments segments;
  private final Hosts hosts;
  private final FailureNotifications notifications;

  Targets(Segments segments, Hosts hosts, FailureNotifications notifications) {
    this.segments = segments;
    this.hosts = hosts;
    this.notifications = notifications;
  }

  Target require(Aim aim) {
    @Nullable String text = aim.target();
    if (text == null) {
      return Target.REGION;
    }
    return switch (aim.kind()) {
      case REGION -> Target.REGION;
      case SEGMENT -> {
        Segment segment = segment(text);
        yield Target.ofSegment(segment.id().value(), segment.name());
      }
      case HOST -> of(host(text));
      case RECOVERY ->
          throw new OperationRefusedException(
              new OperationRefusal.Invalid("scope", "is not for single recoveries"));
    };
  }

  Segment segment(String idOrName) {
    return segments
        .find(idOrName)
        .orElseThrow(() -> notFound("There is no segment with the id or name '%s'.", idOrName));
  }

  /** A host that is enrolled. */
  Host host(String idOrName) {
    return hosts
        .findLive(idOrName)
        .orElseThrow(() -> notFound("There is no host with the id or name '%s'.", idOrName));
  }

  static Target of(Host host) {
    return new Target(
        Aim.Kind.HOST, host.name(), host.segment().id(), host.number(), host.id(), null, null);
  }

  FailureNotification recovery(String id) {
    try {
      return notifications.require(id);
    } catch (RefusedException _) {
      throw noRecovery(id);
    }
  }

  /** Also of one that was there a moment ago, and is purged. */
  static OperationRefusedException noRecovery(String id) {
    return notFound("There is no recovery with the id '%s'.", id);
  }

  private static OperationRefusedException notFound(String text, String name) {
    return new OperationRefusedException(
        new OperationRefusal.NotFound(text.formatted(EventText.cut(name, EventText.MAX_NAME))));
  }
}
