package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import io.tocsin.openstack.CallFailure.NoAccess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session for everybody. Whoever finds it used up logs on, one at a time; the others wait for
 * that, no longer than their own time, and take what comes of it.
 *
 * <p>A failed log-on is not tried again for a moment, and all who ask meanwhile get the same
 * failure: a Keystone in trouble is not asked once per waiting call, and a wrong password does not
 * lock the user out. A token that nears its end is used on while a new one cannot be had.
 */
final class Sessions {
  /** Between log-ons that Keystone refuses; its lock-out counts failures. */
  static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private final LogOn logOn;
  private final RepeatRule pauses;
  private final Duration patience;
  private final Clock clock;

  private final AtomicReference<@Nullable Session> session = new AtomicReference<>();

  /** Held during a log-on; guards what is below. Fair, so that who waits longest is next. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private @Nullable NoAccess failure;
  private int failures;
  private long notBeforeNanos;

  /**
   * @param patience what one try of a log-on may take; while the old token is still good, nobody
   *     waits longer for a new one
   */
  Sessions(LogOn logOn, RepeatRule pauses, Duration patience, Clock clock) {
    this.logOn = logOn;
    this.pauses = pauses;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * A session whose token is good.
   *
   * @throws CallFailedException {@link NoAccess}
   * @throws CallInterruptedException when interrupted while waiting; somebody else who waits logs
   *     on then
   */
  Session current(Deadline by) {
    Session known = session.get();
    long now = clock.nanoTime();
    if (known != null && known.isFresh(now)) {
      return known;
    }
    Session spare = known != null && known.isGood(now) ? known : null;
    if (spare == null) {
      takeTurn(by);
    } else if (!lock.tryLock()) {
      return spare;
    }
    try {
      return renewed(
          spare == null ? by : Deadline.in(Durations.shorter(by.remaining(), patience), clock));
    } finally {
      lock.unlock();
    }
  }

  /** That token is not taken any more: the next to ask gets another. */
  void refused(String token) {
    Session known = session.get();
    if (known != null && known.token().equals(token)) {
      session.compareAndSet(known, null);
    }
  }

  private void takeTurn(Deadline by) {
    try {
      if (!lock.tryLock(by.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new CallFailedException(
            new NoAccess(
                NoAccess.Reason.KEYSTONE_UNUSABLE,
                "No token yet: somebody else's log-on to Keystone is still under way"),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException("log-on to Keystone: interrupted", e);
    }
  }

  /** Under the lock: somebody may have logged on, or failed to, while we waited for it. */
  private Session renewed(Deadline by) {
    Session known = session.get();
    long now = clock.nanoTime();
    if (known != null && known.isFresh(now)) {
      return known;
    }
    if (failure != null && notBeforeNanos - now > 0) {
      return orFail(known, failure);
    }
    boolean hadTime = by.remaining().compareTo(patience.dividedBy(2)) > 0;
    try {
      Session made = logOn.run(by);
      session.set(made);
      failure = null;
      failures = 0;
      return made;
    } catch (CallFailedException e) {
      NoAccess noAccess = (NoAccess) e.failure();
      // A caller who came at the last moment has learnt nothing about Keystone.
      if (hadTime) {
        remember(noAccess);
      }
      return orFail(known, noAccess);
    }
  }

  private Session orFail(@Nullable Session known, NoAccess reason) {
    if (known != null && known.isGood(clock.nanoTime())) {
      return known;
    }
    throw new CallFailedException(reason, null);
  }

  private void remember(NoAccess latest) {
    if (failure == null || failure.reason() != latest.reason()) {
      log.atWarn()
          .addKeyValue("reason", latest.text())
          .log("no token from Keystone; what needs one waits");
    }
    failure = latest;
    failures++;
    Duration pause =
        latest.reason() == NoAccess.Reason.CREDENTIALS_REFUSED
            ? REFUSED_PAUSE
            : pauses.pauseAfter(failures);
    notBeforeNanos = clock.nanoTime() + pause.toNanos();
  }
}
