package io.tocsin.simulation;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.simulation.NodeDatabase.Fate;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The engine broken on purpose, one promise at a time, to see that simulations notice. Where it can
 * be, it is broken from outside: the cloud says something else, or a statement arrives changed.
 */
enum Sabotage {
  NONE(null),
  /** Some commits are acknowledged and not stored. */
  FORGETFUL_DATABASE(Promise.P1),
  /** The engine believes that a service is down when it is not, and never forces it down. */
  WISHFUL_THINKING(Promise.P2),
  /** Nobody asks whether the lease is still held before calling. */
  NO_LEASE_GUARD(Promise.P3),
  /**
   * Nobody asks whether the epoch is still the own, neither a write nor the heartbeat, and a clock
   * that stood still while its machine was suspended shows the lease as held.
   */
  NO_EPOCH_GUARD(Promise.P3),
  /** Recoveries of one host run side by side. */
  SEVERAL_PER_HOST(Promise.P3),
  /** A report that was just accepted is accepted again. */
  NO_DUPLICATE_RULE(Promise.P3),
  /** The heart of a dead node goes on beating. */
  UNDEAD_HEART(Promise.P4),
  /** An end is reached, and the recovery goes on. */
  NO_END(Promise.P4),
  /** Instances stay locked. */
  LOCKS_STAY(Promise.P5),
  /** A vmove names another host than the one that the instance is on. */
  WRONG_DESTINATION(Promise.P5),
  /** A retry starts over with what had succeeded. */
  RETRY_STARTS_OVER(Promise.P5),
  /** A feed's numbers have gaps. */
  GAPS_IN_FEEDS(Promise.P6),
  /** An owner hears of somebody else's instance. */
  MIXED_UP_OWNERS(Promise.P7),
  /** The engine meets a bug now and then. */
  BUG(Promise.P8),
  /** Steps are begun and not ended. */
  STEPS_WITHOUT_END(Promise.P9);

  private static final String INDEX = "one_running_recovery_per_host";

  private final @Nullable Promise promise;

  Sabotage(@Nullable Promise promise) {
    this.promise = promise;
  }

  /** What it breaks; null for nothing. */
  @Nullable Promise promise() {
    return promise;
  }

  /** Before a world begins; answers the statements that undo it. */
  List<String> begin(SimulationDatabase database) {
    if (this != SEVERAL_PER_HOST) {
      return List.of();
    }
    List<String> definition =
        database.query("select indexdef from pg_indexes where indexname = '" + INDEX + "'");
    database.execute("drop index " + INDEX);
    return List.of("truncate recovery cascade; " + definition.getFirst());
  }

  IntakeSettings intake() {
    IntakeSettings usual = IntakeSettings.DEFAULTS;
    return this == NO_DUPLICATE_RULE ? new IntakeSettings(Duration.ZERO, usual.bounds()) : usual;
  }

  boolean keepsHeartsBeating() {
    return this == UNDEAD_HEART;
  }

  Fate nextCommit(RandomGenerator random) {
    return this == FORGETFUL_DATABASE && random.nextInt(20) == 0
        ? Fate.STORED_BY_NAME_ONLY
        : Fate.GOES_WELL;
  }

  /** A statement as it is sent. */
  String rewrite(String sql) {
    return switch (this) {
      case NO_EPOCH_GUARD ->
          sql.replace("and epoch = ?", "and (epoch = ? or true)")
              .replace("and r.epoch = held.epoch", "")
              .replace("and r.lease_owner = ?", "and (r.lease_owner = ? or true)");
      case SEVERAL_PER_HOST ->
          sql.replace("running.host_id = r.host_id", "false")
              .replace("before.host_id = r.host_id", "false");
      case NO_END ->
          sql.replace(
              "set state = 'done', lease_owner = null, lease_until = null, held_by = null",
              "set held_by = null");
      case WRONG_DESTINATION -> sql.replace("dest_host = ?", "dest_host = 'host-99' || left(?, 0)");
      case RETRY_STARTS_OVER ->
          sql.replace(
              "where recovery_id = ? and status = 'failed'",
              "where recovery_id = ? and status in ('failed', 'succeeded')");
      case GAPS_IN_FEEDS ->
          sql.replace(
              "last_sequence = f.last_sequence + excluded.last_sequence",
              "last_sequence = f.last_sequence + excluded.last_sequence + 1");
      case MIXED_UP_OWNERS ->
          sql.replace(
              "i.event_time, i.source, i.resource_id,",
              "i.event_time, i.source, first_value(i.resource_id) over (),");
      case STEPS_WITHOUT_END ->
          sql.replace(
              "progress = 1, ended_at = clock_timestamp()", "progress = 1, ended_at = null");
      case NONE,
          FORGETFUL_DATABASE,
          WISHFUL_THINKING,
          NO_LEASE_GUARD,
          NO_DUPLICATE_RULE,
          UNDEAD_HEART,
          LOCKS_STAY,
          BUG ->
          sql;
    };
  }

  /** The cloud as the engine sees it. */
  Cloud around(Cloud cloud, RandomGenerator random) {
    return switch (this) {
      case WISHFUL_THINKING, NO_LEASE_GUARD, LOCKS_STAY, BUG -> proxy(cloud, random);
      default -> cloud;
    };
  }

  private Cloud proxy(Cloud cloud, RandomGenerator random) {
    return (Cloud)
        Proxy.newProxyInstance(
            Cloud.class.getClassLoader(),
            new Class<?>[] {Cloud.class},
            (_, method, arguments) -> {
              String name = method.getName();
              if (name.equals("guardedBy") && this == NO_LEASE_GUARD) {
                return proxy(cloud, random);
              }
              if ((name.equals("unlock") && this == LOCKS_STAY)
                  || (name.equals("forceDown") && this == WISHFUL_THINKING)) {
                return null;
              }
              if (name.equals("findServer") && this == BUG && random.nextInt(10) == 0) {
                throw new IllegalStateException("this is a bug");
              }
              Object answer = call(cloud, method, arguments);
              if (answer instanceof Cloud inner) {
                return proxy(inner, random);
              }
              return this == WISHFUL_THINKING && answer instanceof Optional<?> found
                  ? found.map(Sabotage::down)
                  : answer;
            });
  }

  private static Object down(Object seen) {
    return seen instanceof ComputeService it
        ? new ComputeService(it.id(), it.host(), false, false, true, it.lastSeen())
        : seen;
  }

  private static @Nullable Object call(Cloud cloud, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(cloud, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
