package io.tocsin.masakari;

import io.tocsin.instanceha.InstanceHaSettings;
import io.tocsin.instanceha.TestApi;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server of the Instance HA API on a real socket, filled with the rows of a cloud that has been
 * running for a while: our own, which speaks as Masakari does.
 */
public final class Masakari implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  final TestDatabase database;
  private final TestApi api;
  private final HttpClient http = HttpClient.newHttpClient();

  private Masakari(int maxLimit) {
    database = TestDatabase.create();
    api = TestApi.start(database.database(), new InstanceHaSettings(maxLimit, ""));
  }

  public static Masakari empty() {
    return new Masakari(1000);
  }

  /** One that gives at most so many rows at once, whatever it is asked for. */
  static Masakari capped(int maxLimit) {
    return new Masakari(maxLimit);
  }

  /** Segments of several kinds, with hosts whose ids run across them. */
  public void addInventory(int segments, int hostsEach) {
    sql(
        """
        insert into segment (name, service_type, recovery_method, enabled, description, created_at,
                             updated_at)
        select 'row-' || i, 'COMPUTE',
               (array['auto', 'reserved_host', 'auto_priority', 'rh_priority'])[i % 4 + 1],
               i % 3 <> 0, case when i % 2 = 0 then 'Keller ' || i || ', zweite Reihe' end,
               timestamptz '2025-01-01Z' + i * interval '1 day',
               case when i % 2 = 1 then timestamptz '2025-06-01Z' + i * interval '1 day' end
          from generate_series(1, SEGMENTS) i;
        insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance,
                          created_at, updated_at)
        select s.id, 'cmp-' || s.id || '-' || j, 'COMPUTE', 'SSH', j % 5 = 0, j % 4 = 0,
               timestamptz '2025-01-02Z' + j * interval '1 hour',
               case when j % 4 = 0 then timestamptz '2025-07-01Z' end
          from generate_series(1, HOSTS) j cross join segment s
         order by j, s.id;
        """
            .replace("SEGMENTS", Integer.toString(segments))
            .replace("HOSTS", Integer.toString(hostsEach)));
  }

  /** Notifications that are over, some with steps of two attempts and moves. */
  public void addHistory(int notifications) {
    sql(
        """
        insert into failure_notification
               (host_id, host_uuid, segment_uuid, type, payload, status, message, generated_time,
                created_at, updated_at)
        select h.id, h.uuid, s.uuid,
               (array['COMPUTE_HOST', 'VM', 'PROCESS'])[i % 3 + 1],
               case i % 3
                 when 0 then jsonb_build_object('event', 'STOPPED', 'host_status', 'NORMAL',
                                                'cluster_status', 'OFFLINE')
                 when 1 then jsonb_build_object('event', 'LIFECYCLE', 'vir_domain_event',
                                                'STOPPED_FAILED', 'instance_uuid',
                                                gen_random_uuid()::text)
                 else jsonb_build_object('event', 'STOPPED', 'process_name', 'nova-compute')
               end,
               (array['finished', 'failed', 'ignored'])[i / 3 % 3 + 1],
               case when i / 3 % 3 = 2 then 'segment is disabled' end,
               timestamptz '2026-02-03 11:40:03.512907Z' + i * interval '1 minute',
               timestamptz '2026-02-03 11:40:04Z' + i * interval '1 minute',
               timestamptz '2026-02-03 11:44:31Z' + i * interval '1 minute'
          from generate_series(0, LAST) i
          join (select h.*, row_number() over (order by h.id) - 1 as n, count(*) over () as total
                  from host h) h on h.n = i % h.total
          join segment s on s.id = h.segment_id
         order by i;
        insert into recovery_step (recovery_id, attempt, name, state, progress)
        select n.id, a, t.name, case when a = 1 then 'REVERTED' else 'SUCCESS' end, 1
          from failure_notification n
         cross join generate_series(1, 2) a
         cross join unnest(array['DisableComputeServiceTask', 'EvacuateInstancesTask'])
                    with ordinality as t (name, o)
         where n.type = 'COMPUTE_HOST'
         order by n.id, a, t.o;
        insert into recovery_step_message (step_id, at, progress, message)
        select s.id, timestamptz '2026-02-03 11:41:00Z' + s.id * interval '1.5 seconds'
                 + m * interval '900 milliseconds', m, 'line ' || m || ' of ' || s.name
          from recovery_step s cross join generate_series(0, 1) m
         order by s.id, m;
        insert into vmove (recovery_id, instance_uuid, instance_name, source_host, dest_host,
                           status, message, start_time, end_time, created_at, updated_at)
        select n.id, gen_random_uuid(), 'vm-' || v, h.name, case when v < 3 then 'cmp-spare' end,
               (array['succeeded', 'succeeded', 'failed', 'ignored'])[v],
               case when v > 2 then 'Failed reason: timeout.' end,
               case when v < 4 then n.generated_time + v * interval '1.25 seconds' end,
               n.generated_time + v * interval '9.5 seconds', n.created_at, n.updated_at
          from failure_notification n join host h on h.id = n.host_id
         cross join generate_series(1, 4) v
         where n.type = 'COMPUTE_HOST'
         order by n.id, v;
        """
            .replace("LAST", Integer.toString(notifications - 1)));
  }

  public void sql(String statements) {
    database.database().read(handle -> handle.createScript(statements).execute());
  }

  long count(String sql) {
    return database.database().read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  public URI url() {
    return api.uri("/v1");
  }

  /** Every document that clients can see, without the integer ids, in the order of these. */
  List<JsonNode> everything() {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode segment : list("/v1/segments", "segments")) {
      all.add(segment);
      all.addAll(list("/v1/segments/" + segment.path("uuid").asString() + "/hosts", "hosts"));
    }
    for (JsonNode row : list("/v1/notifications", "notifications")) {
      String path = "/v1/notifications/" + row.path("notification_uuid").asString();
      all.add(withoutIds(get(path)));
      if (row.path("type").asString().equals("COMPUTE_HOST")) {
        all.addAll(list(path + "/vmoves", "vmoves"));
      }
    }
    return all;
  }

  List<JsonNode> list(String path, String key) {
    List<JsonNode> rows = new ArrayList<>();
    String marker = "";
    while (true) {
      JsonNode page = get(path + "?sort_key=id&sort_dir=asc&limit=1000" + marker).path(key);
      if (page.isEmpty()) {
        return rows;
      }
      marker = "&marker=" + page.path(page.size() - 1).path("id").asLong();
      page.forEach(row -> rows.add(withoutIds(row)));
    }
  }

  private static JsonNode withoutIds(JsonNode document) {
    if (document instanceof ObjectNode object) {
      object.remove("id");
    }
    document.forEach(Masakari::withoutIds);
    return document;
  }

  JsonNode get(String path) {
    try {
      return JSON.readTree(
          http.send(
                  HttpRequest.newBuilder(api.uri(path))
                      .header("OpenStack-API-Version", "instance-ha 1.3")
                      .build(),
                  BodyHandlers.ofByteArray())
              .body());
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    api.close();
    database.close();
  }
}
