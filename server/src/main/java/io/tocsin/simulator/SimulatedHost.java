package io.tocsin.simulator;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A compute host and its nova-compute service.
 *
 * @param number from 1, the number in its name
 * @param name the service host name
 * @param serviceId the id under os-services
 * @param zone its availability zone
 * @param isEnabled the scheduler may use it
 * @param disabledReason null where none was given
 * @param forcedDownAt when somebody told Nova that it is down; null when nobody did
 * @param diedAt when its heartbeats ended; null while it lives
 * @param guestsSurvived its nova-compute is dead but its guests run on: no power was cut
 * @param evacuated how many servers were evacuated from it since its nova-compute last started;
 *     until that has cleaned up, Nova does not let it be forced up
 * @param report what its monitor has to say; null when nothing
 */
record SimulatedHost(
    int number,
    String name,
    UUID serviceId,
    String zone,
    boolean isEnabled,
    @Nullable String disabledReason,
    @Nullable Instant forcedDownAt,
    @Nullable Instant diedAt,
    boolean guestsSurvived,
    int evacuated,
    @Nullable Report report) {

  /**
   * A monitor's report that this host is dead.
   *
   * @param noticedAt when the monitor will have noticed
   * @param attempts how often it was sent
   * @param outcome how it ended: accepted, refused, given up; null while it is still to be sent
   */
  record Report(Instant noticedAt, int attempts, @Nullable String outcome) {}

  boolean isAlive() {
    return diedAt == null;
  }

  /**
   * The hypervisor is known by its full name, which is not the service's: comparing the two is a
   * mistake this region makes visible.
   */
  String hypervisor() {
    return name + ".sim.example";
  }

  SimulatedHost withStatus(boolean enabled, @Nullable String reason) {
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        enabled,
        reason,
        forcedDownAt,
        diedAt,
        guestsSurvived,
        evacuated,
        report);
  }

  SimulatedHost withForcedDown(@Nullable Instant since) {
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        isEnabled,
        disabledReason,
        since,
        diedAt,
        guestsSurvived,
        evacuated,
        report);
  }

  SimulatedHost dead(Instant since, boolean guestsLive, @Nullable Report toSend) {
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        isEnabled,
        disabledReason,
        forcedDownAt,
        since,
        guestsLive,
        evacuated,
        toSend);
  }

  /** What its monitor has not said yet is no longer true. */
  SimulatedHost alive() {
    Report said = report == null || report.outcome() == null ? null : report;
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        isEnabled,
        disabledReason,
        forcedDownAt,
        null,
        false,
        0,
        said);
  }

  SimulatedHost withReport(@Nullable Report changed) {
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        isEnabled,
        disabledReason,
        forcedDownAt,
        diedAt,
        guestsSurvived,
        evacuated,
        changed);
  }

  SimulatedHost withOneMoreEvacuated() {
    return new SimulatedHost(
        number,
        name,
        serviceId,
        zone,
        isEnabled,
        disabledReason,
        forcedDownAt,
        diedAt,
        guestsSurvived,
        evacuated + 1,
        report);
  }
}
