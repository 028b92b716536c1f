package io.tocsin.masakari;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.masakari.ImportReport.Kind;
import io.tocsin.openstack.ScriptedServer;
import io.tocsin.openstack.ScriptedServer.Received;
import io.tocsin.openstack.ScriptedServer.Reply;
import io.tocsin.store.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a row that an import brought is deleted here, and when a short list must not do that. */
class GoneAtTheSourceTest {
  private final ScriptedServer server = new ScriptedServer();
  private final TestDatabase target = TestDatabase.create();

  /** Documents by path; a list holds those one step below its own. */
  private final Map<String, String> rows = new TreeMap<>();

  private final Map<String, Reply> instead = new HashMap<>();

  @BeforeEach
  void importTwoSegmentsOfTwoHosts() {
    server.script(this::answer);
    addSegment(1);
    addSegment(2);
    for (int host = 1; host <= 4; host++) {
      addHost((host + 1) / 2, host);
    }
    assertThat(run().added(Kind.HOST)).isEqualTo(4);
  }

  @AfterEach
  void close() {
    server.close();
    target.close();
  }

  @Test
  void deletesWhatIsNoLongerThere() {
    rows.keySet().removeIf(path -> path.startsWith(segment(2)));
    rows.remove(host(1, 2));

    ImportReport report = run();

    assertThat(report.deleted(Kind.HOST)).isEqualTo(3);
    assertThat(report.deleted(Kind.SEGMENT)).isEqualTo(1);
    assertThat(live("host")).isEqualTo(1);
    assertThat(live("segment")).isEqualTo(1);
  }

  @Test
  void bringsBackWhatItDeletedWhenTheSourceShowsItAgain() {
    String lost = rows.remove(host(1, 2));
    run();
    assertThat(live("host")).isEqualTo(3);
    rows.put(host(1, 2), lost);

    assertThat(run().changed(Kind.HOST)).isEqualTo(1);
    assertThat(live("host")).isEqualTo(4);
    assertThat(run().same(Kind.HOST)).isEqualTo(4);
  }

  @Test
  void deletesNothingThatTheSourceShowsWhenAskedForItAlone() {
    instead.put("/segments", list("segments", segmentRow(1)));
    instead.put(segment(1) + "/hosts", list("hosts", hostRow(1, 1)));

    run();

    assertThat(live("segment")).isEqualTo(2);
    assertThat(live("host")).isEqualTo(4);
  }

  @Test
  void deletesNoHostsWhoseSegmentCannotBeRead() {
    rows.computeIfPresent(segment(2), (_, row) -> row.replace("\"auto\"", "\"odd\""));

    ImportReport report = run();

    assertThat(report.left(Kind.SEGMENT, LeftOut.UNREADABLE)).isEqualTo(1);
    assertThat(live("host")).isEqualTo(4);
  }

  @Test
  void deletesNoHostsWhereTheirListIsNotFound() {
    instead.put(segment(2) + "/hosts", ScriptedServer.json(404, "{}"));
    instead.put(host(2, 3), ScriptedServer.json(404, "{}"));
    instead.put(host(2, 4), ScriptedServer.json(404, "{}"));

    ImportReport report = run();

    assertThat(report.left(Kind.SEGMENT, LeftOut.GONE_MEANWHILE)).isEqualTo(1);
    assertThat(live("host")).isEqualTo(4);
  }

  @Test
  void deletesNothingWhereAnotherServerAnswersAtTheUrl() {
    rows.clear();
    addSegment(7);
    addHost(7, 9);

    ImportReport report = run();

    assertThat(report.deleted(Kind.SEGMENT) + report.deleted(Kind.HOST)).isZero();
    assertThat(live("segment")).isEqualTo(3);
    assertThat(report.lines()).anyMatch(line -> line.startsWith("note: the source shows none"));
  }

  @Test
  void keepsASegmentWhoseHostWasChangedHere() {
    target
        .database()
        .inTransaction(
            handle -> handle.execute("update host set updated_at = now() where name = 'cmp-3'"));
    rows.keySet().removeIf(path -> path.startsWith(segment(2)));

    ImportReport report = run();

    assertThat(report.left(Kind.HOST, LeftOut.CHANGED_HERE)).isEqualTo(1);
    assertThat(report.left(Kind.SEGMENT, LeftOut.CHANGED_HERE)).isEqualTo(1);
    assertThat(live("host")).isEqualTo(3);
    assertThat(live("segment")).isEqualTo(2);
  }

  private ImportReport run() {
    return new Importing(server.endpoint(), target.database()).run();
  }

  private long live(String table) {
    String sql = "select count(*) from " + table + " where deleted_at is null";
    return target.database().read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private Reply answer(Received request) {
    String path = request.target().replaceFirst("\\?.*", "").replaceFirst("^/compute/v2.1", "");
    String key = path.substring(path.lastIndexOf('/') + 1);
    if (request.target().contains("marker=")) {
      return list(key, "");
    }
    Reply other = instead.get(path);
    if (other != null) {
      return other;
    }
    if (key.equals("segments") || key.equals("hosts") || key.equals("notifications")) {
      return list(
          key,
          String.join(
              ",",
              rows.entrySet().stream()
                  .filter(it -> it.getKey().matches(path + "/[^/]+"))
                  .map(Map.Entry::getValue)
                  .toList()));
    }
    return rows.containsKey(path)
        ? ScriptedServer.json(200, "{}")
        : ScriptedServer.json(404, "{\"itemNotFound\": {\"code\": 404, \"message\": \"no\"}}");
  }

  private static Reply list(String key, String documents) {
    return ScriptedServer.json(
        200, "{\"%s\": [%s]}".formatted(key, documents), "OpenStack-API-Version", "masakari 1.3");
  }

  private static String segment(int number) {
    return "/segments/c2a9a6d0-7b1d-4f0e-8f57-%012d".formatted(number);
  }

  private static String host(int segment, int number) {
    return segment(segment) + "/hosts/9b7f6a35-0f2f-4c61-a0b4-%012d".formatted(number);
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void addSegment(int number) {
    rows.put(segment(number), segmentRow(number));
  }

  private void addHost(int segment, int number) {
    rows.put(host(segment, number), hostRow(segment, number));
  }

  private static String segmentRow(int number) {
    return """
    {"id": %d, "uuid": "%s", "name": "row-%d", "service_type": "COMPUTE", "enabled": true,
     "description": null, "recovery_method": "auto",
     "created_at": "2026-02-03T08:16:01.000000", "updated_at": null}
    """
        .formatted(number, id(segment(number)), number);
  }

  private static String hostRow(int segment, int number) {
    return """
    {"id": %d, "uuid": "%s", "name": "cmp-%d", "type": "COMPUTE", "control_attributes": "SSH",
     "reserved": false, "on_maintenance": false, "created_at": "2026-02-03T08:21:07.000000",
     "updated_at": null}
    """
        .formatted(number, id(host(segment, number)), number);
  }
}
