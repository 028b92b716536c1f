package io.tocsin.masakari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.masakari.ImportReport.Kind;
import io.tocsin.openstack.ScriptedServer;
import io.tocsin.openstack.ScriptedServer.Received;
import io.tocsin.openstack.ScriptedServer.Reply;
import io.tocsin.store.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Masakari does that we would not, and what a broken one may do. */
class OddSourceTest {
  private static final String SEGMENT = "c2a9a6d0-7b1d-4f0e-8f57-6d8f0a3ce2b4";
  private static final String HOST = "9b7f6a35-0f2f-4c61-a0b4-d8f1d2b7a0c9";
  private static final String GONE_HOST = "0d9d1f0a-4a6a-4b53-b0de-53a0f2d5c7e1";
  private static final Pattern MARKER = Pattern.compile("marker=(\\d+)");

  private final ScriptedServer server = new ScriptedServer();
  private final TestDatabase target = TestDatabase.create();

  private final List<String> notifications = new ArrayList<>();
  private final Map<String, Reply> shows = new ConcurrentHashMap<>();
  private Function<String, Reply> vmoves = _ -> list("vmoves", "");
  private String version = "masakari 1.3";
  private int cap = 1000;

  OddSourceTest() {
    server.script(this::answer);
  }

  @AfterEach
  void close() {
    server.close();
    target.close();
  }

  @Test
  void goesOnWithThePlainDocumentWhereShowAnswers500AndAsksAgainNextTime() {
    notifications.add(notification(1, HOST, "\"" + SEGMENT + "\"", "finished"));
    notifications.add(notification(2, HOST, "\"" + SEGMENT + "\"", "finished"));
    shows.put(
        id(1),
        ScriptedServer.json(500, "{\"masakariFault\": {\"code\": 500, \"message\": \"x\"}}"));

    ImportReport first = importing().run();

    assertThat(first.added(Kind.NOTIFICATION)).isEqualTo(2);
    assertThat(first.left(Kind.DETAILS, LeftOut.NOT_TOLD)).isEqualTo(1);
    assertThat(first.hasProblems()).isFalse();
    assertThat(askedFor("/notifications/" + id(1))).as("not repeated").isEqualTo(1);
    assertThat(count("select count(*) from recovery_step")).isEqualTo(1);

    shows.remove(id(1));
    ImportReport second = importing().run();
    assertThat(second.changed(Kind.NOTIFICATION)).isEqualTo(1);
    assertThat(askedFor("/notifications/" + id(2))).as("known whole").isEqualTo(1);
    assertThat(count("select count(*) from recovery_step")).isEqualTo(2);
  }

  @Test
  void stopsAskingAnEngineThatIsNotThere() {
    for (int i = 1; i <= 40; i++) {
      notifications.add(notification(i, HOST, "null", "finished"));
      shows.put(id(i), server.silence());
    }

    ImportReport report =
        importing().waiting(Duration.ofMillis(300)).run(new Import.Options(false, null, true, 10));

    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(40);
    assertThat(report.left(Kind.DETAILS, LeftOut.NOT_ASKED)).isGreaterThanOrEqualTo(25);
    assertThat(report.lines()).anyMatch(line -> line.contains("is masakari-engine running?"));
  }

  @Test
  void fillsInTheSegmentThatOldRowsLackAndNamesThoseThatBelongNowhere() {
    notifications.add(notification(1, HOST, "null", "finished"));
    notifications.add(notification(2, GONE_HOST, "null", "finished"));

    ImportReport report = importing().run();

    assertThat(report.left(Kind.NOTIFICATION, LeftOut.HOST_FORGOTTEN)).isEqualTo(1);
    assertThat(
            count(
                "select count(*) from failure_notification where segment_uuid = '" + SEGMENT + "'"))
        .isEqualTo(1);
  }

  @Test
  void readsReleasesWithoutVmovesAndWithoutTheSwitchOfSegments() {
    version = "masakari 1.0";
    notifications.add(notification(1, HOST, "\"" + SEGMENT + "\"", "finished"));

    ImportReport report = importing().run();

    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(1);
    assertThat(askedFor("/vmoves")).isZero();
    assertThat(askedFor("/notifications/" + id(1))).isZero();
    assertThat(report.lines()).anyMatch(line -> line.contains("it has no vmoves"));
    assertThat(count("select count(*) from segment where enabled")).isEqualTo(1);
  }

  @Test
  void pagesThroughASourceThatGivesFewerRowsThanAskedFor() {
    cap = 3;
    for (int i = 1; i <= 10; i++) {
      notifications.add(notification(i, HOST, "null", "failed"));
    }

    assertThat(importing().run().added(Kind.NOTIFICATION)).isEqualTo(10);
  }

  @Test
  void keepsTheLatestMoveOfAnInstanceThatWasTriedTwice() {
    notifications.add(notification(1, HOST, "null", "finished"));
    vmoves = _ -> list("vmoves", vmove(1, "failed") + "," + vmove(2, "succeeded"));

    ImportReport report = importing().run();

    assertThat(report.added(Kind.VMOVE)).isEqualTo(1);
    assertThat(report.left(Kind.VMOVE, LeftOut.EARLIER_TRY)).isEqualTo(1);
    assertThat(count("select count(*) from vmove where status = 'succeeded'")).isEqualTo(1);
  }

  @Test
  void namesRowsThatMakeNoSenseAndBringsTheRest() {
    notifications.add(notification(1, HOST, "null", "finished").replace("COMPUTE_HOST", "RACK"));
    notifications.add(
        notification(2, HOST, "null", "finished").replace("2026-02-03T", "yesterday"));
    notifications.add(notification(3, HOST, "null", "finished").replace("OFFLINE", "\\u0000"));
    notifications.add(notification(4, HOST, "null", "finished"));

    ImportReport report = importing().run();

    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(1);
    assertThat(report.left(Kind.NOTIFICATION, LeftOut.UNREADABLE)).isEqualTo(3);
    assertThat(report.hasProblems()).isTrue();
  }

  @Test
  void goesBackAStepWhenTheRowThatItStoodOnIsDeleted() {
    cap = 2;
    for (int i = 1; i <= 6; i++) {
      notifications.add(notification(i, HOST, "null", "finished"));
    }
    server.script(request ->
        request.target().contains("/notifications?") && request.target().contains("marker=4")
            ? ScriptedServer.json(
                400,
                "{\"badRequest\": {\"code\": 400, \"message\": \"Marker 4 could not be found.\"}}")
            : answer(request, request.target().contains("marker=2") ? 5 : cap));

    assertThat(importing().run().added(Kind.NOTIFICATION)).isEqualTo(6);
  }

  @Test
  void endsAWalkThatLeadsNowhere() {
    server.script(request -> answer(request, cap, 0));

    assertThatThrownBy(() -> importing().run())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("again and again");
  }

  @Test
  void repeatsWhatABusySourceDeclines() {
    AtomicInteger asked = new AtomicInteger();
    server.script(request ->
        asked.getAndIncrement() % 2 == 0 ? ScriptedServer.json(503, "{}") : answer(request));

    assertThat(importing().run().added(Kind.HOST)).isEqualTo(1);
  }

  @Test
  void saysInOneLineWhatIsWrongWithTheSource() {
    Map<Reply, String> wrong =
        Map.of(
            ScriptedServer.json(401, "{\"error\": {\"message\": \"no token\"}}"), "(401): no token",
            ScriptedServer.json(403, "{\"forbidden\": {\"message\": \"no\"}}"), "administrators",
            ScriptedServer.json(404, "{}"), "no Instance HA API at that URL",
            ScriptedServer.json(500, "{}"), "answered 500",
            ScriptedServer.json(200, "<html>"), "not JSON",
            ScriptedServer.json(200, "{\"servers\": []}"), "is that Masakari?",
            ScriptedServer.json(200, "{\"segments\": [{\"id\": \"x\"}]}"), "cannot be read: id is",
            ScriptedServer.cut(), "");
    wrong.forEach((reply, text) -> {
      server.script(_ -> reply);
      assertThatThrownBy(() -> importing().as("geheim").run())
          .isInstanceOf(SourceException.class)
          .hasMessageContaining(text)
          .hasMessageNotContaining("geheim")
          .extracting(Throwable::getMessage)
          .asString()
          .doesNotContain("\n");
    });
  }

  @Test
  void whatWasImportedStaysWhenTheSourceBreaksOnTheWay() {
    for (int i = 1; i <= 6; i++) {
      notifications.add(notification(i, HOST, "null", "finished"));
    }
    server.script(request ->
        request.target().endsWith("marker=4")
            ? ScriptedServer.json(200, "[garbage")
            : answer(request, 2));

    assertThatThrownBy(() -> importing().run(new Import.Options(false, null, true, 2)))
        .isInstanceOf(SourceException.class);

    assertThat(count("select count(*) from failure_notification")).isEqualTo(4);
    server.script(this::answer);
    assertThat(importing().run().added(Kind.NOTIFICATION)).isEqualTo(2);
  }

  @Test
  void sendsTheTokenWithEveryCall() {
    notifications.add(notification(1, HOST, "null", "finished"));

    importing().as("geheim").run();

    assertThat(server.received())
        .isNotEmpty()
        .allMatch(request -> "geheim".equals(request.headers().get("X-Auth-Token")));
  }

  private Importing importing() {
    return new Importing(server.endpoint(), target.database());
  }

  private long count(String sql) {
    return target.database().read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private long askedFor(String end) {
    return server.received().stream()
        .filter(request -> request.target().replaceFirst("\\?.*", "").endsWith(end))
        .count();
  }

  private Reply answer(Received request) {
    return answer(request, cap);
  }

  private Reply answer(Received request, int limit) {
    Matcher marker = MARKER.matcher(request.target());
    return answer(request, limit, marker.find() ? Integer.parseInt(marker.group(1)) : 0);
  }

  private Reply answer(Received request, int limit, int after) {
    String path = request.target().replaceFirst("\\?.*", "").replaceFirst("^/compute/v2.1", "");
    boolean isFirst = after == 0;
    if (path.equals("/segments")) {
      return list("segments", isFirst ? segment() : "");
    }
    if (path.endsWith("/hosts")) {
      return list("hosts", isFirst ? host() : "");
    }
    if (path.equals("/notifications")) {
      boolean isDown = request.target().contains("sort_dir=desc");
      List<String> rest =
          isDown
              ? notifications.subList(Math.max(0, notifications.size() - 1), notifications.size())
              : notifications.subList(Math.min(after, notifications.size()), notifications.size());
      return list("notifications", String.join(",", rest.subList(0, Math.min(limit, rest.size()))));
    }
    String id = path.substring("/notifications/".length(), "/notifications/".length() + 36);
    if (path.endsWith("/vmoves")) {
      return isFirst ? vmoves.apply(id) : list("vmoves", "");
    }
    return shows.getOrDefault(id, show());
  }

  private Reply list(String key, String rows) {
    return ScriptedServer.json(
        200, "{\"%s\": [%s]}".formatted(key, rows), "OpenStack-API-Version", version);
  }

  private static Reply show() {
    return ScriptedServer.json(
        200,
        """
        {"notification": {"recovery_workflow_details": [
          {"name": "EvacuateInstancesTask", "progress": 1.0, "state": "SUCCESS", "progress_details": [
            {"timestamp": "2026-02-03 11:40:04", "progress": "0.0", "message": "begun"},
            {"timestamp": "2026-02-03 11:43:05.113020", "progress": "1.0", "message": "done"}]}]}}
        """);
  }

  /** Without {@code enabled}, as before microversion 1.2. */
  private static String segment() {
    return """
    {"id": 13, "uuid": "%s", "name": "row-c", "service_type": "COMPUTE", "description": null,
     "recovery_method": "auto", "created_at": "2026-02-03T08:16:01.000000", "updated_at": null}
    """
        .formatted(SEGMENT);
  }

  private static String host() {
    return """
    {"id": 42, "uuid": "%s", "name": "cmp-21", "type": "COMPUTE", "control_attributes": "SSH",
     "reserved": false, "on_maintenance": false, "created_at": "2026-02-03T08:21:07.000000",
     "updated_at": null}
    """
        .formatted(HOST);
  }

  private static String id(int number) {
    return "5be0a0f1-8f9d-4fd8-8a06-%012d".formatted(number);
  }

  private static String notification(int number, String host, String segment, String status) {
    return """
    {"id": %d, "notification_uuid": "%s", "generated_time": "2026-02-03T11:40:03.000000",
     "source_host_uuid": "%s", "type": "COMPUTE_HOST", "status": "%s",
     "payload": {"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"},
     "failover_segment_uuid": %s, "message": null, "created_at": "2026-02-03T11:40:04.000000",
     "updated_at": "2026-02-03T11:44:31.000000"}
    """
        .formatted(number, id(number), host, status, segment);
  }

  private static String vmove(int number, String status) {
    return """
    {"id": %d, "uuid": "b7d4c7d2-3b0f-4a0d-8d0b-%012d", "instance_name": "db",
     "instance_uuid": "e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22", "source_host": "cmp-21",
     "dest_host": null, "start_time": null, "end_time": null, "type": "evacuation",
     "status": "%s", "message": null, "created_at": "2026-02-03T11:43:05.000000",
     "updated_at": null}
    """
        .formatted(number, number, status);
  }
}
