package io.tocsin.masakari;

import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where a walk over a list stands. By integer id upwards: a row made meanwhile comes at the end and
 * neither hides nor repeats another. A marker must be a row that lives; when the last one seen was
 * deleted meanwhile, one before it will do, and rows seen before are skipped.
 */
final class Walk {
  /** How far back a marker may be sought before the walk starts over. */
  private static final int STEPS_BACK = 20;

  private final Deque<Long> markers = new ArrayDeque<>();
  private long lastSeen;
  private long lastOfPage;
  private long askedWith = -1;

  /** The row to go on after; 0 at the beginning. */
  long marker() {
    askedWith = markers.isEmpty() ? 0 : markers.peekLast();
    return askedWith;
  }

  /** Whether the failure was the marker's, and an earlier one is worth a try. */
  boolean mayStepBack(CallFailedException failure) {
    boolean isMarkers =
        failure.failure() instanceof CallFailure.Rejected rejected
            && rejected.status() == 400
            && rejected.text().contains("Marker");
    if (!isMarkers || markers.isEmpty()) {
      return false;
    }
    markers.removeLast();
    return true;
  }

  void beginPage() {
    lastOfPage = 0;
  }

  /** Notes a row of the page; false when it was seen before. */
  boolean isNew(long number) {
    lastOfPage = number;
    if (number <= lastSeen) {
      return false;
    }
    lastSeen = number;
    return true;
  }

  /** Notes that the page was read; false when it leads nowhere. */
  boolean hasMovedOn() {
    if (lastOfPage <= askedWith) {
      return false;
    }
    markers.addLast(lastOfPage);
    if (markers.size() > STEPS_BACK) {
      markers.removeFirst();
    }
    return true;
  }
}
