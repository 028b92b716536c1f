package io.tocsin.recovery;

import io.tocsin.failover.FailureStatus;
import io.tocsin.store.Columns;
import io.tocsin.store.Database;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows as recoveries, operators and enrolments of long ago left them. */
final class Past {
  /** Every table that a purge has to do with. */
  private static final List<String> TABLES =
      List.of(
          "failure_notification",
          "recovery",
          "recovery_plan",
          "recovery_step",
          "recovery_step_message",
          "vmove",
          "recovery_attempt",
          "recovery_gate",
          "recovery_override",
          "operator_action",
          "pause",
          "reserved_host_claim",
          "segment_rules",
          "host",
          "segment");

  private final Database database;

  Past(Database database) {
    this.database = database;
  }

  void execute(String sql) {
    database.inTransaction(tx -> tx.execute(sql));
  }

  long number(String sql) {
    return database.read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  /** Its number. */
  long segment(String name) {
    return number(
        """
        insert into segment (name, service_type, recovery_method, enabled)
        values ('%s', 'COMPUTE', 'auto', true) returning id
        """
            .formatted(name));
  }

  /** Its number. */
  long host(long segment, String name) {
    return number(
        """
        insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance)
        values (%d, '%s', 'COMPUTE', 'SSH', false, false) returning id
        """
            .formatted(segment, name));
  }

  /** A host or segment is deleted, since so long. */
  void delete(String table, long number, Duration ago) {
    execute(
        "update %s set deleted_at = now() - interval '%d s' where id = %d"
            .formatted(table, ago.toSeconds(), number));
  }

  /** The number of a failure notification that ended so long ago, with rows of all kinds. */
  long ended(long host, FailureStatus status, Duration ago) {
    return ended(host, status, ago, ago);
  }

  long ended(long host, FailureStatus status, Duration arrived, Duration ended) {
    return database.inTransaction(tx -> {
      long number =
          tx.createQuery(
                  """
                  insert into failure_notification
                         (host_id, host_uuid, segment_uuid, type, payload, status, generated_time,
                          created_at, updated_at, imported_as_of)
                  select h.id, h.uuid, s.uuid, 'COMPUTE_HOST',
                         jsonb_build_object('event', 'STOPPED', 'n', random()), :status,
                         now() - :arrived * interval '1 s', now() - :arrived * interval '1 s',
                         now() - :ended * interval '1 s', now()
                    from host h join segment s on s.id = h.segment_id where h.id = :host
                  returning id
                  """)
              .bind("host", host)
              .bind("status", Columns.lower(status))
              .bind("arrived", arrived.toSeconds())
              .bind("ended", ended.toSeconds())
              .mapTo(Long.class)
              .one();
      tx.execute(
          """
          insert into recovery_plan (recovery_id, plan) values (%1$d, '{"moves": []}');
          insert into recovery_step (recovery_id, attempt, name, state)
          values (%1$d, 1, 'one', 'done'), (%1$d, 1, 'two', 'done');
          insert into recovery_step_message (step_id, progress, message)
          select id, 1, m from recovery_step, unnest(array['a', 'b']) m where recovery_id = %1$d;
          insert into vmove (recovery_id, instance_uuid, instance_name, source_host, status)
          select %1$d, gen_random_uuid(), 'i', 'h', 'succeeded' from generate_series(1, 3);
          insert into recovery_attempt (recovery_id, epoch, attempt, node)
          values (%1$d, 1, 1, gen_random_uuid());
          insert into recovery_gate (recovery_id, attempt, gate, verdict, reason, inputs)
          values (%1$d, 1, 'storm', 'open', 'r', '{}');
          with done as (
            insert into operator_action (operator, action, why, recovery_id)
            values ('o', 'approve', 'w', %1$d) returning id)
          insert into recovery_override (recovery_id, gate, action_id)
          select %1$d, 'storm', id from done;
          """
              .formatted(number));
      return number;
    });
  }

  /** The number of one that has not ended, however old. */
  long open(long host, String status, Duration arrived) {
    long number = ended(host, FailureStatus.FINISHED, arrived);
    execute(
        "update failure_notification set status = '%s' where id = %d".formatted(status, number));
    execute(
        "update recovery set state = 'due', due_at = now() + interval '1 d' where id = " + number);
    return number;
  }

  boolean has(long notification) {
    return number("select count(*) from failure_notification where id = " + notification) == 1;
  }

  /** Rows of each table. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    TABLES.forEach(it -> counts.put(it, number("select count(*) from " + it)));
    return counts;
  }

  /** Rows that name a recovery or a step that is gone, which foreign keys should not let be. */
  long orphans() {
    return number(
        """
        select (select count(*) from recovery r where not exists (
                  select from failure_notification n where n.id = r.id))
             + (select count(*) from failure_notification n where not exists (
                  select from recovery r where r.id = n.id))
             + (select count(*) from vmove v where not exists (
                  select from recovery r where r.id = v.recovery_id))
             + (select count(*) from recovery_step s where not exists (
                  select from recovery r where r.id = s.recovery_id))
             + (select count(*) from recovery_step_message m where not exists (
                  select from recovery_step s where s.id = m.step_id))
             + (select count(*) from segment_rules r where not exists (
                  select from segment s where s.uuid = r.segment_uuid))
        """);
  }
}
