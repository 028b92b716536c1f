package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.simulator.RegionSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pause and a cancellation do to recoveries that wait and that run. */
class OrdersTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(4, 40));

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void beginsNothingInAPausedRegionUntilItIsResumed() {
    pause(Aim.REGION);
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost(HOST);
    pauseForAMoment();
    assertThat(rehearsal.notification(report).status()).isEqualTo(FailureStatus.NEW);

    resume(Aim.REGION);
    assertThat(rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
  }

  @Test
  void goesOnByItselfWhenAPauseExpires() {
    rehearsal.execute(
        """
        insert into pause (scope, reason, paused_by, expires_at)
        values ('region', 'night', 'rosa', now() + interval '1 second')
        """);
    rehearsal.startNode();
    assertThat(rehearsal.awaitEnd(rehearsal.failHost(HOST)).status())
        .isEqualTo(FailureStatus.FINISHED);
  }

  @Test
  void stopsARunningRecoveryBeforeTheNextInstanceAndGoesOnLater() {
    FailureNotification report = runningOneByOne();
    pause(new Aim(Aim.Kind.HOST, HOST));
    Rehearsal.await(Duration.ofSeconds(10), () -> isHeld(report));
    long moved = moved(report);
    assertThat(moved).isBetween(1L, 9L);
    pauseForAMoment();
    assertThat(moved(report)).isEqualTo(moved);
    assertThat(rehearsal.notification(report).message()).matches("Paused by rosa .*: night");

    resume(new Aim(Aim.Kind.HOST, HOST));
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.vmoves(report))
        .allSatisfy(vmove ->
            assertThat(
                    rehearsal
                        .instance(vmove.instance())
                        .path("evacuations")
                        .path("accepted")
                        .asInt())
                .isEqualTo(1));
  }

  @Test
  void endsACancelledRecoveryWithTheReasonAndLeavesNoLock() {
    FailureNotification report = runningOneByOne();
    cancel(report);
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(end.message()).matches("Cancelled by rosa .*: it lives");
    assertThat(moved(report)).isBetween(1L, 9L);
    assertThat(rehearsal.vmoves(report)).allMatch(vmove -> vmove.status().isFinal());
    assertThat(rehearsal.vmoves(report))
        .allSatisfy(vmove ->
            assertThat(rehearsal.instance(vmove.instance()).path("locked_by").isNull()).isTrue());
  }

  @Test
  void cancelsWhatIsPausedToo() {
    pause(Aim.REGION);
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost(HOST);
    cancel(report);
    assertThat(rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FAILED);
  }

  /** A recovery that has moved something and has something left to move. */
  private FailureNotification runningOneByOne() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"300ms\"}");
    rehearsal.startNarrowNode();
    FailureNotification report = rehearsal.failHost(HOST);
    Rehearsal.await(Duration.ofSeconds(10), () -> moved(report) > 0);
    return report;
  }

  private long moved(FailureNotification report) {
    return rehearsal.vmoves(report).stream()
        .filter(vmove -> vmove.status() == VmoveStatus.SUCCEEDED)
        .count();
  }

  private boolean isHeld(FailureNotification report) {
    return rehearsal.column(report, "held_by").filter(by -> by.equals("pause")).isPresent();
  }

  private void pause(Aim scope) {
    rehearsal.pauses().pause(Rehearsal.ROSA, scope, "night", Duration.ofHours(1));
  }

  private void resume(Aim scope) {
    assertThat(rehearsal.pauses().resumeAll(Rehearsal.ROSA, scope, "morning")).hasSize(1);
  }

  private void cancel(FailureNotification report) {
    rehearsal.interventions().cancel(Rehearsal.ROSA, report.id().toString(), "it lives");
  }

  /** Long enough for some polls of the queue. */
  private static void pauseForAMoment() {
    try {
      Rehearsal.CLOCK.sleep(Duration.ofMillis(500));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
