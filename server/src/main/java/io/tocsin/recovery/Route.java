package io.tocsin.recovery;

import io.tocsin.failover.RecoveryMethod;
import java.util.List;

/** Where instances are sent; what one route leaves behind, the next one tries. */
enum Route {
  /** Wherever the cloud's scheduler puts them. */
  SCHEDULER,
  /** To the reserved hosts of the segment, one after another. */
  SPARES;

  /** The routes of a method, in its order (recovery-engine spec §3). */
  static List<Route> of(RecoveryMethod method) {
    return switch (method) {
      case AUTO -> List.of(SCHEDULER);
      case RESERVED_HOST -> List.of(SPARES);
      case AUTO_PRIORITY -> List.of(SCHEDULER, SPARES);
      case RH_PRIORITY -> List.of(SPARES, SCHEDULER);
    };
  }
}
