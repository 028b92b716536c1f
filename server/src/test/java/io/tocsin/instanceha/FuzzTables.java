package io.tocsin.instanceha;

import io.tocsin.store.Database;
import java.util.List;
import java.util.stream.Stream;

/** What the fuzz finds stored, and how it sees whether that has changed. */
record FuzzTables(Database database) {
  static final List<String> SEGMENTS =
      List.of("7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11", "c2a9a6d0-7b1d-4f0e-8f57-6d8f0a3ce2b4");
  static final List<String> HOSTS =
      List.of("9b7f6a35-0f2f-4c61-a0b4-d8f1d2b7a0c9", "0d9d1f0a-4a6a-4b53-b0de-53a0f2d5c7e1");
  static final List<String> NOTIFICATIONS = List.of("5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e");
  static final List<String> VMOVES = List.of("b7d4c7d2-3b0f-4a0d-8d0b-2f2f0f6f7c55");

  /** All of them, for where they do not belong. */
  static final List<String> IDS =
      Stream.of(SEGMENTS, HOSTS, NOTIFICATIONS, VMOVES).flatMap(List::stream).toList();

  /** Things to be found; the first segment is in use, so that no request takes it away. */
  static FuzzTables filled(Database database) {
    return database.inTransaction(handle -> {
      handle
          .createScript(
              """
              insert into segment (uuid, name, service_type, recovery_method, enabled)
                values ('7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11', 'rack-1', 'COMPUTE', 'auto', true),
                       ('c2a9a6d0-7b1d-4f0e-8f57-6d8f0a3ce2b4', 'rack-2', 'COMPUTE', 'auto', true);
              insert into host (uuid, segment_id, name, type, control_attributes, reserved,
                  on_maintenance)
                values ('9b7f6a35-0f2f-4c61-a0b4-d8f1d2b7a0c9', 1, 'cmp-1', 'COMPUTE', 'SSH',
                  false, false),
                       ('0d9d1f0a-4a6a-4b53-b0de-53a0f2d5c7e1', 2, 'cmp-2', 'COMPUTE', 'SSH',
                  true, false);
              insert into failure_notification
                  (uuid, host_id, host_uuid, segment_uuid, type, payload, generated_time, status)
                select '5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e', h.id, h.uuid, s.uuid,
                  'COMPUTE_HOST', '{"event": "STOPPED"}', now(), 'new'
                from host h join segment s on s.id = h.segment_id where h.id = 1;
              insert into vmove (uuid, recovery_id, instance_uuid, instance_name, source_host,
                  status)
                values ('b7d4c7d2-3b0f-4a0d-8d0b-2f2f0f6f7c55', 1, gen_random_uuid(), 'db',
                  'cmp-1', 'pending');
              """)
          .execute();
      return new FuzzTables(database);
    });
  }

  /** The same text as long as no row of any table is another. */
  String fingerprint() {
    StringBuilder sql = new StringBuilder();
    for (String table : TestApi.TABLES) {
      sql.append(sql.isEmpty() ? "select " : " || ' ' || ")
          .append("(select count(*) || '/' || coalesce(sum(hashtextextended(t::text, 0)), 0) from ")
          .append(table)
          .append(" t)");
    }
    return database.<String>read(
        handle -> handle.createQuery(sql.toString()).mapTo(String.class).one());
  }

  /**
   * Takes away what requests have added, and brings back what they took, so that lists and searches
   * stay as quick as they were.
   */
  void prune() {
    database.inTransaction(handle -> {
      handle
          .createScript(
              """
              delete from recovery where id > 1;
              delete from failure_notification where id > 1;
              delete from host where id > 2;
              delete from segment where id > 2;
              update segment set deleted_at = null, name = 'rack-' || id;
              update host set deleted_at = null, on_maintenance = false, name = 'cmp-' || id;
              """)
          .execute();
      return true;
    });
  }
}
