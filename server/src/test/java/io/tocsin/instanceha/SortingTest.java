package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every sort key of every list in both directions (Instance HA spec §6.2), against an order worked
 * out from the documents themselves; and the same walked page by page.
 */
class SortingTest {
  private static final int ROWS = 40; // as many as the script below makes
  private static final int PAGE = 7;
  private static final String COMMON = " created_at updated_at deleted_at deleted";
  private static final String SEGMENT = "7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11";
  private static final String NOTIFICATION = "5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e";

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final TestApi API = TestApi.start(DATABASE);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Texts that a collation would sort otherwise than by their code points, ties and nulls. */
  private static final String ROWS_OF_EVERY_KIND =
      """
      insert into segment (uuid, name, service_type, recovery_method, enabled, description,
          created_at, updated_at)
        select case i when 1 then '7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11'::uuid else gen_random_uuid() end,
          (array['a', 'B', 'ä', '_', 'Z'])[i % 5 + 1] || i,
          (array['COMPUTE', 'compute', 'Ä'])[i % 3 + 1],
          (array['auto', 'rh_priority'])[i % 2 + 1], i % 3 = 0,
          case i % 4 when 0 then null when 1 then '' else 'd' || i % 7 end,
          '2026-02-03 08:00:00Z'::timestamptz + i % 6 * interval '1 s',
          case when i % 5 = 0 then null else
            '2026-02-04 08:00:00Z'::timestamptz + i % 4 * interval '1 s' end
        from generate_series(1, 40) i;
      insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance,
          created_at, updated_at)
        select 1, (array['a-', 'B-', 'ä-'])[i % 3 + 1] || i, (array['X', 'x', ''])[i % 3 + 1],
          'c' || i % 5, i % 2 = 0, i % 3 = 0,
          '2026-02-03 08:00:00Z'::timestamptz + i % 6 * interval '1 s',
          case when i % 5 = 0 then null else now() end
        from generate_series(1, 40) i;
      insert into failure_notification (uuid, host_id, host_uuid, segment_uuid, type, payload,
          status, message, generated_time, created_at)
        select case i when 1 then '5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e'::uuid else gen_random_uuid() end, h.id, h.uuid, s.uuid,
          (array['VM', 'COMPUTE_HOST', 'PROCESS'])[i % 3 + 1],
          jsonb_build_object('event', 'e' || i % 4),
          (array['new', 'running', 'finished', 'ignored'])[i % 4 + 1],
          case i % 3 when 0 then null else 'm' || i % 5 end,
          '2026-02-03 08:00:00.5Z'::timestamptz + i % 8 * interval '1.25 s',
          '2026-02-03 08:00:00Z'::timestamptz + i % 6 * interval '1 s'
        from generate_series(1, 40) i
        join host h on h.id = i % 9 + 1 join segment s on s.id = i % 4 + 1 order by i;
      insert into vmove (recovery_id, instance_uuid, instance_name, source_host, dest_host, type,
          status, message, start_time, end_time, created_at, updated_at)
        select 1, gen_random_uuid(), (array['db', 'Web', 'ä'])[i % 3 + 1] || i % 10, 'cmp-21',
          case i % 3 when 0 then null else 'to-' || i % 4 end,
          (array['evacuation', 'migration'])[i % 2 + 1],
          (array['pending', 'ongoing', 'succeeded', 'failed'])[i % 4 + 1],
          case i % 4 when 3 then 'no' || i % 2 end,
          case when i % 5 = 0 then null else now() - i % 7 * interval '1.5 s' end,
          case when i % 2 = 0 then null else now() + i % 7 * interval '1.5 s' end,
          '2026-02-03 08:00:00Z'::timestamptz + i % 6 * interval '1 s',
          case when i % 5 = 0 then null else now() end
        from generate_series(1, 40) i;
      """;

  @BeforeAll
  static void fill() {
    Database database = DATABASE.database();
    database.inTransaction(handle -> {
      handle.createScript(ROWS_OF_EVERY_KIND).execute();
      return true;
    });
  }

  @AfterAll
  static void stop() {
    HTTP.close();
    API.close();
    DATABASE.close();
  }

  record Listed(String name, String path, String keys) {
    Stream<String> allKeys() {
      return Stream.of((keys + COMMON).split(" ", -1));
    }
  }

  private static final List<Listed> LISTS =
      List.of(
          new Listed(
              "segments",
              "/v1/segments",
              "id uuid name service_type enabled description recovery_method"),
          new Listed(
              "hosts",
              "/v1/segments/" + SEGMENT + "/hosts",
              "id uuid name reserved type control_attributes on_maintenance failover_segment_id"),
          new Listed(
              "notifications",
              "/v1/notifications",
              "id notification_uuid generated_time type payload status source_host_uuid"
                  + " failover_segment_uuid message"),
          new Listed(
              "vmoves",
              "/v1/notifications/" + NOTIFICATION + "/vmoves",
              "id uuid notification_uuid instance_uuid instance_name source_host dest_host"
                  + " start_time end_time type status message"));

  static Stream<Arguments> everyKeyInBothDirections() {
    return LISTS.stream()
        .flatMap(list ->
            list.allKeys()
                .flatMap(key ->
                    Stream.of(Arguments.of(list, key, "asc"), Arguments.of(list, key, "desc"))));
  }

  @ParameterizedTest(name = "{0} by {1} {2}")
  @MethodSource("everyKeyInBothDirections")
  void sortsByEveryKeyInBothDirections(Listed list, String key, String direction) throws Exception {
    String query = "sort_key=%s&sort_dir=%s".formatted(key, direction);
    List<JsonNode> rows = rows(list, query);

    assertThat(rows).hasSize(ROWS);
    Comparator<JsonNode> ascending =
        by(key).thenComparing(by("created_at")).thenComparing(by("id"));
    assertThat(rows)
        .isSortedAccordingTo(
            direction.equals("asc") ? ascending : Collections.reverseOrder(ascending));
    assertThat(walked(list, query)).isEqualTo(rows);
  }

  @Test
  void sortsBySeveralKeysEachInItsDirection() throws Exception {
    Listed segments = LISTS.getFirst();
    String query =
        "sort_dir=desc&sort_key=enabled&sort_key=service_type&sort_dir=asc&sort_key=description";
    List<JsonNode> rows = rows(segments, query);

    Comparator<JsonNode> order =
        Collections.reverseOrder(by("enabled"))
            .thenComparing(by("service_type"))
            .thenComparing(Collections.reverseOrder(by("description")))
            .thenComparing(Collections.reverseOrder(by("created_at")))
            .thenComparing(Collections.reverseOrder(by("id")));
    assertThat(rows).hasSize(ROWS).isSortedAccordingTo(order);
    assertThat(walked(segments, query)).isEqualTo(rows);
  }

  /** Null first, then numbers, truth values and texts by their code points. */
  private static Comparator<JsonNode> by(String key) {
    return (left, right) -> {
      JsonNode a = left.path(key);
      JsonNode b = right.path(key);
      if (a.isNull() || b.isNull()) {
        return Boolean.compare(!a.isNull(), !b.isNull());
      }
      if (a.isNumber()) {
        return Long.compare(a.longValue(), b.longValue());
      }
      if (a.isBoolean()) {
        return Boolean.compare(a.booleanValue(), b.booleanValue());
      }
      return a.toString().compareTo(b.toString());
    };
  }

  /** As clients page: the last id is the next marker, until a page is empty. */
  private static List<JsonNode> walked(Listed list, String query) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    String marker = "";
    while (true) {
      List<JsonNode> page = rows(list, query + "&limit=" + PAGE + marker);
      if (page.isEmpty()) {
        return all;
      }
      assertThat(all.size() + page.size()).isLessThanOrEqualTo(ROWS);
      all.addAll(page);
      marker = "&marker=" + page.getLast().path("id").intValue();
    }
  }

  private static List<JsonNode> rows(Listed list, String query)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(API.uri(list.path() + "?" + query)).build();
    HttpResponse<byte[]> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(query).isEqualTo(200);
    List<JsonNode> rows = new ArrayList<>();
    Json.parse(answer.body()).path(list.name()).forEach(rows::add);
    return rows;
  }
}
