package io.tocsin.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.http.Json;
import io.tocsin.identity.Role;
import io.tocsin.operator.TestOperators.Answer;
import io.tocsin.recovery.Recoveries;
import io.tocsin.recovery.Rehearsal;
import io.tocsin.store.Columns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Each of the operators' handles, on an engine that runs, or on rows as it leaves them. */
class HandlesTest {
  private static final String WHY = "{\"why\": \"the PDU is being replaced\"}";

  private final TestOperators server = new TestOperators();
  private final String token = server.operator(Role.MEMBER);

  @AfterEach
  void close() {
    server.close();
  }

  private FailureNotification report(String host) {
    return server.rehearsal.report(FailureType.COMPUTE_HOST, host, Rehearsal.HOST_STOPPED);
  }

  private JsonNode shown(FailureNotification of) {
    return server.get(token, "recoveries/" + of.id()).json();
  }

  private void hold(FailureNotification recovery, String gate) {
    server.execute(
        "update recovery set held_by = '%s', due_at = now() + interval '1 hour' where id = %d"
            .formatted(gate, recovery.number()));
  }

  private JsonNode newestEvent() {
    return server
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "select name, severity, summary, description, correlation_id from event"
                        + " order by sequence desc limit 1")
                .map((row, _) ->
                    Json.object()
                        .put("name", row.getString("name"))
                        .put("severity", row.getString("severity"))
                        .put("summary", row.getString("summary"))
                        .put("correlation", row.getString("correlation_id"))
                        .put("description", row.getString("description")))
                .one());
  }

  @Test
  void pausesAndResumesTheRegionASegmentAndAHost() {
    FailureNotification one = report("host-01");
    Answer paused =
        server.post(
            token,
            "pauses",
            "{\"scope\": \"host\", \"target\": \"host-01\", \"reason\": \"disks are swapped\"}");

    assertThat(paused.status()).isEqualTo(201);
    assertThat(paused.text("target")).isEqualTo("host-01");
    assertThat(paused.text("by")).startsWith("member (");
    assertThat(paused.header("Location")).endsWith("/operator/v1/pauses/" + paused.text("id"));
    assertThat(newestEvent().toString())
        .contains("tocsin.recovery.paused", "warning", paused.text("id"), "disks are swapped");
    assertThat(shown(one).path("waitsFor").path("kind").asString()).isEqualTo("pause");
    assertThat(server.wakeUps).hasPositiveValue();

    server.post(token, "pauses", "{\"scope\": \"region\", \"reason\": \"a\"}");
    server.post(
        token, "pauses", "{\"scope\": \"segment\", \"target\": \"demo\", \"reason\": \"b\"}");
    assertThat(server.get(token, "pauses").json().path("items")).hasSize(3);

    Answer resumed = server.post(token, "pauses/%s/resume".formatted(paused.text("id")), WHY);
    assertThat(resumed.status()).isEqualTo(200);
    assertThat(resumed.json().path("isInForce").asBoolean()).isFalse();
    assertThat(newestEvent().toString())
        .contains("tocsin.recovery.resumed", "cleared", paused.text("id"), "PDU")
        .contains("Recoveries are paused on host host-01");
    assertThat(server.post(token, "pauses/%s/resume".formatted(paused.text("id")), WHY).problem())
        .isEqualTo("conflict");
    Answer all =
        server.post(
            token,
            "resumptions",
            "{\"scope\": \"segment\", \"target\": \"demo\", \"why\": \"done\"}");
    assertThat(all.json().path("resumed")).hasSize(1);
    assertThat(server.get(token, "pauses").json().path("items"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("scope").asString()).isEqualTo("region"));
    assertThat(server.get(token, "pauses?all=true").json().path("items")).hasSize(3);
    server.post(token, "resumptions", "{\"scope\": \"region\", \"why\": \"done\"}");
    assertThat(shown(one).path("waitsFor").path("kind").asString()).isEqualTo("node");
  }

  @Test
  void aPauseIsOverWhenItsTimeIs() {
    server.post(token, "pauses", "{\"scope\": \"region\", \"reason\": \"a\"}");
    server.execute("update pause set expires_at = now()");

    assertThat(server.get(token, "pauses").json().path("items")).isEmpty();
    assertThat(server.get(token, "pauses?all=true").json().path("items")).hasSize(1);
  }

  @Test
  void cancelsWhatHasNotEnded() {
    FailureNotification one = report("host-01");
    hold(one, "storm");

    Answer cancelled = server.post(token, "recoveries/%s/cancel".formatted(one.id()), WHY);

    assertThat(cancelled.status()).isEqualTo(200);
    assertThat(cancelled.json().path("isCancelled").asBoolean()).isTrue();
    assertThat(cancelled.json().path("waitsFor").path("kind").asString()).isEqualTo("end");
    assertThat(dueNow(one)).isTrue();
    assertThat(newestEvent().toString())
        .contains("tocsin.recovery.cancelled", one.id().toString(), "PDU");
    assertThat(server.post(token, "recoveries/%s/retry".formatted(one.id()), WHY).problem())
        .isEqualTo("conflict");
    end(one, FailureStatus.FINISHED);
    assertThat(server.post(token, "recoveries/%s/cancel".formatted(one.id()), WHY).status())
        .isEqualTo(409);
  }

  private boolean dueNow(FailureNotification recovery) {
    return holds("select due_at <= now() from recovery where id = " + recovery.number());
  }

  private boolean holds(String sql) {
    return server.database().read(handle -> handle.createQuery(sql).mapTo(Boolean.class).one());
  }

  private void end(FailureNotification recovery, FailureStatus status) {
    server.execute("update recovery set state = 'done' where id = " + recovery.number());
    server.execute(
        "update failure_notification set status = '%s', message = 'so' where id = %d"
            .formatted(Columns.lower(status), recovery.number()));
  }

  @Test
  void approvesWhatAStormHolds() {
    FailureNotification one = report("host-01");
    FailureNotification two = report("host-02");
    FailureNotification three = report("host-03");
    hold(one, "storm");
    hold(two, "isolation");
    hold(three, "service-down");

    assertThat(
            server
                .post(
                    token,
                    "approvals",
                    "{\"scope\": \"region\", \"gates\": [\"storm\"], \"why\": \"a fire drill\"}")
                .json()
                .path("approved"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("recovery").asString()).isEqualTo(one.id().toString());
          assertThat(it.path("gate").asString()).isEqualTo("storm");
        });
    assertThat(dueNow(one)).isTrue();
    assertThat(shown(one).path("overrides"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("gate").asString()).isEqualTo("storm");
          assertThat(it.path("why").asString()).isEqualTo("a fire drill");
          assertThat(it.path("by").asString()).startsWith("member (");
        });
    String single =
        "{\"scope\": \"recovery\", \"target\": \"%s\", \"why\": \"a fire drill\"}"
            .formatted(two.id());
    assertThat(server.post(token, "approvals", single).json().path("approved")).hasSize(1);
    String impossible = single.replace(two.id().toString(), three.id().toString());
    assertThat(server.post(token, "approvals", impossible).problem()).isEqualTo("conflict");
    assertThat(
            server
                .post(
                    token,
                    "approvals",
                    "{\"scope\": \"region\", \"gates\": [\"service-down\"], \"why\": \"x\"}")
                .status())
        .isEqualTo(422);
  }

  @Test
  void retriesAFailedRecoveryWhoseCauseIsGone() {
    server.startNode();
    server.rehearsal.control("POST", "/simulator/hosts/host-01/fail?report=false", "");
    FailureNotification report =
        server.rehearsal.report(
            FailureType.COMPUTE_HOST,
            "host-01",
            Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "UNKNOWN"));
    assertThat(server.rehearsal.awaitEnd(report).status()).isNotEqualTo(FailureStatus.FINISHED);
    server.execute(
        "update failure_notification set payload = payload || '{\"host_status\": \"NORMAL\"}'");

    Answer retried = server.post(token, "recoveries/%s/retry".formatted(report.id()), WHY);

    assertThat(retried.status()).as(retried.body()).isEqualTo(200);
    assertThat(server.rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(server.rehearsal.instancesOn("host-01")).isEmpty();
    JsonNode shown = shown(report);
    assertThat(shown.path("state").asString()).isEqualTo("done");
    assertThat(shown.path("instances")).isNotEmpty();
    assertThat(shown.path("actions"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("action").asString()).isEqualTo("retry"));
    assertThat(server.post(token, "recoveries/%s/retry".formatted(report.id()), WHY).problem())
        .isEqualTo("conflict");
  }

  @Test
  void retriesAtOnceWhatWaits() {
    FailureNotification one = report("host-01");
    server.execute("update recovery set due_at = now() + interval '1 hour', outages = 3");
    assertThat(shown(one).path("waitsFor").path("kind").asString()).isEqualTo("cloud");

    server.post(
        token,
        "recoveries/%s/retry".formatted(one.id()),
        "{\"why\": \"x\", \"override\": [\"storm\", \"alive\"]}");

    assertThat(dueNow(one)).isTrue();
    assertThat(shown(one).path("overrides")).hasSize(2);
    end(one, FailureStatus.FAILED);
    server.execute("update recovery set attempt = 3, cancelled = true");
    assertThat(server.post(token, "recoveries/%s/retry".formatted(one.id()), WHY).status())
        .isEqualTo(200);
    assertThat(server.rehearsal.notification(one).status()).isEqualTo(FailureStatus.NEW);
    assertThat(holds("select forgiven = 3 and not cancelled and state = 'due' from recovery"))
        .isTrue();
  }

  @Test
  void putsARepairedHostBackInOneCall() {
    server.startNode();
    FailureNotification report = server.rehearsal.failHost("host-01");
    assertThat(server.rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(shown(report).path("isHostOnMaintenance").asBoolean()).isTrue();
    server.rehearsal.control("POST", "/simulator/hosts/host-01/recover", "");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () -> server.post(token, "hosts/host-01/return", WHY).status() == 200);

    Answer again =
        server.post(token, "hosts/host-01/return", "{\"why\": \"again\", \"reserved\": true}");

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("isOnMaintenance").asBoolean()).isFalse();
    assertThat(again.json().path("isReserved").asBoolean()).isTrue();
    assertThat(newestEvent().toString()).contains("tocsin.host.returned", "host-01", "again");
    assertThat(server.rehearsal.cloud().findComputeService("host-01"))
        .get()
        .satisfies(it -> {
          assertThat(it.isEnabled()).isTrue();
          assertThat(it.isForcedDown()).isFalse();
        });
  }

  @Test
  void changesNothingWhereTheCloudDoesNotPutAHostBack() {
    server.startNode();
    FailureNotification report = server.rehearsal.failHost("host-01");
    assertThat(server.rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);

    // The host is off still, and has not removed what was evacuated from it.
    Answer refused = server.post(token, "hosts/host-01/return", WHY);
    assertThat(refused.problem()).as(refused.body()).isEqualTo("cloud-refuses");
    server.rehearsal.control("POST", "/simulator/faults", "{\"kind\": \"error-503\"}");
    Answer away = server.post(token, "hosts/host-01/return", WHY);

    assertThat(away.problem()).isEqualTo("cloud-away");
    assertThat(away.status()).isEqualTo(503);
    assertThat(away.header("Retry-After")).isNotEmpty();
    assertThat(server.get(token, "hosts/host-01/plan").problem()).isEqualTo("cloud-away");
    assertThat(shown(report).path("isHostOnMaintenance").asBoolean()).isTrue();
    assertThat(server.get(token, "actions").json().path("items")).isEmpty();
  }

  @Test
  void holdsARunningEngineBackUntilItIsResumed() {
    server.startNode();
    Answer paused =
        server.post(
            token,
            "pauses",
            "{\"scope\": \"segment\", \"target\": \"demo\", \"reason\": \"a test\"}");
    FailureNotification report = server.rehearsal.failHost("host-01");
    assertThat(shown(report).path("waitsFor").path("kind").asString()).isEqualTo("pause");
    assertThat(shown(report).path("state").asString()).isEqualTo("due");

    server.post(token, "pauses/%s/resume".formatted(paused.text("id")), WHY);

    assertThat(server.rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
  }

  @Test
  void endsARunningRecovery() {
    server.rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"2s\"}");
    server.rehearsal.startNarrowNode();
    FailureNotification report = server.rehearsal.failHost("host-01");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () ->
            server.rehearsal.vmoves(report).stream()
                .anyMatch(it -> it.status().wire().equals("ongoing")));

    assertThat(server.post(token, "recoveries/%s/cancel".formatted(report.id()), WHY).status())
        .isEqualTo(200);

    FailureNotification end = server.rehearsal.awaitEnd(report);
    assertThat(end.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(end.message()).contains("Cancelled by member (", "the PDU is being replaced");
  }

  @Test
  void putsNoHostBackThatIsBeingRecovered() {
    FailureNotification one = report("host-01");
    report("host-02");

    assertThat(server.post(token, "hosts/host-01/return", WHY).problem()).isEqualTo("conflict");
    end(one, FailureStatus.FAILED);
    // Although the segment is in use by the other.
    assertThat(server.post(token, "hosts/host-01/return", WHY).status()).isEqualTo(200);
  }

  @Test
  void purgesAndWritesDownWhoDidSo() {
    server.endedLongAgo("host-01", 3);
    FailureNotification open = report("host-02");
    String days90 = "{\"olderThanSeconds\": 7776000, \"isDryRun\": %s, \"why\": \"room\"}";

    JsonNode dry = server.post(token, "purge", days90.formatted(true)).json();
    assertThat(dry.path("removed").path("notifications").asLong()).isEqualTo(3);
    assertThat(server.get(token, "actions").json().path("items")).isEmpty();
    assertThat(server.post(token, "purge", days90.formatted(false)).json())
        .isEqualTo(((ObjectNode) dry).put("isDryRun", false));

    assertThat(server.get(token, "recoveries").json().path("items"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("id").asString()).isEqualTo(open.id().toString()));
    assertThat(server.get(token, "actions").json().path("items"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("action").asString()).isEqualTo("purge");
          assertThat(it.path("why").asString()).isEqualTo("room");
          assertThat(it.path("details").path("olderThan").asString()).isEqualTo("PT2160H");
        });
    assertThat(newestEvent().toString()).contains("tocsin.recovery.purged", "room");
    for (String wrong :
        List.of(
            "{}",
            "{\"why\": \"x\", \"olderThanSeconds\": 86399}",
            "{\"why\": \"x\", \"max\": 0}",
            "{\"why\": \"x\", \"isDryRun\": 1}")) {
      assertThat(server.post(token, "purge", wrong).status()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void explainsWhatANodeLeftThatDied() {
    server.rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"3s\"}");
    Recoveries node = server.startNode();
    FailureNotification report = server.rehearsal.failHost("host-01");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () ->
            server.rehearsal.vmoves(report).stream()
                .anyMatch(it -> it.status().wire().equals("ongoing")));
    node.stop(Duration.ZERO);

    JsonNode shown = shown(report);

    assertThat(shown.path("trigger").path("payload").path("host_status").asString())
        .isEqualTo("NORMAL");
    assertThat(shown.path("segment").asString()).isEqualTo("demo");
    assertThat(shown.path("plan")).hasSize(2);
    assertThat(shown.path("steps").findValuesAsString("name"))
        .contains("DisableComputeServiceTask", "PrepareHAEnabledInstancesTask");
    assertThat(shown.path("instances").findValuesAsString("status")).contains("ongoing");
  }
}
