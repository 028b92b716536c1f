package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What Nova writes down about evacuations, however they go; the clock is by hand. */
class MigrationsTest {
  private static final String PATH = "/compute/v2.1/os-migrations";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  private final HandClock clock = new HandClock();
  private final SimulatedCloud cloud =
      SimulatedCloud.inMemory(RegionSpec.allActive(4, 20), Behaviour.DEMO, clock);
  private final Desk desk = new Desk(cloud);
  private final String id = desk.instancesOn("host-01").getFirst();

  @BeforeEach
  void killItsHost() {
    desk.fail("host-01");
    desk.forceDown("host-01");
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void evacuate() {
    desk.action(id, "{\"evacuate\": {}}");
  }

  private void evacuateTo(String host) {
    desk.action(id, "{\"evacuate\": {\"host\": \"" + host + "\"}}");
  }

  private void recover(String host) {
    desk.ask("POST", "/simulator/hosts/" + host + "/recover", "");
  }

  private JsonNode list(String filter) {
    return desk.get(PATH + filter).path("migrations");
  }

  private JsonNode instance() {
    return desk.get("/simulator/instances/" + id);
  }

  private List<String> statuses() {
    List<String> statuses = new ArrayList<>();
    for (JsonNode each : list("?instance_uuid=" + id)) {
      statuses.add(each.path("status").asString() + " " + each.path("dest_compute").asString("?"));
    }
    return statuses;
  }

  @Test
  void showsAnEvacuationUnderWayWithNovasFields() {
    evacuate();

    JsonNode row = list("").path(0);
    assertThat(new TreeSet<>(row.propertyNames()))
        .containsExactly(
            "created_at",
            "dest_compute",
            "dest_host",
            "dest_node",
            "id",
            "instance_uuid",
            "migration_type",
            "new_instance_type_id",
            "old_instance_type_id",
            "source_compute",
            "source_node",
            "status",
            "updated_at");
    assertThat(row.path("instance_uuid").asString()).isEqualTo(id);
    assertThat(row.path("migration_type").asString()).isEqualTo("evacuation");
    assertThat(row.path("status").asString()).isEqualTo("pre-migrating");
    assertThat(row.path("source_compute").asString()).isEqualTo("host-01");
    assertThat(row.path("source_node").asString()).isEqualTo("host-01.sim.example");
    assertThat(row.path("dest_compute")).isEqualTo(instance().path("on_its_way_to"));
    assertThat(row.path("dest_node").asString()).isEqualTo("host-02.sim.example");
    assertThat(row.path("created_at").asString()).matches("[-0-9]{10}T[:0-9]{8}\\.[0-9]{6}");
  }

  @Test
  void endsDone() {
    evacuate();
    clock.pass(LONG_ENOUGH);

    assertThat(statuses()).containsExactly("done host-02");
    assertThat(list("").path(0).path("updated_at").asString())
        .isGreaterThan(list("").path(0).path("created_at").asString());
  }

  @Test
  void endsInErrorWhereThereIsNoHost() {
    desk.ask("PATCH", "/simulator/settings", "{\"host_capacity\": 5}");
    evacuate();

    assertThat(statuses()).containsExactly("accepted ?");
    clock.pass(LONG_ENOUGH);
    assertThat(statuses()).containsExactly("error ?");
  }

  @Test
  void endsFailedOnItsNewHostAlsoWithoutAWord() {
    for (String kind : List.of("evacuation-fails", "evacuation-bounces")) {
      desk.ask("POST", "/simulator/faults", "{\"kind\": \"" + kind + "\", \"count\": 1}");
      evacuate();
      clock.pass(LONG_ENOUGH);
    }

    assertThat(statuses()).containsExactly("failed host-02", "failed host-02");
  }

  @Test
  void staysAcceptedWhenTheMessageIsLost() {
    desk.ask("POST", "/simulator/faults", "{\"kind\": \"evacuation-hangs\", \"count\": 1}");
    evacuate();
    clock.pass(LONG_ENOUGH);

    assertThat(statuses()).containsExactly("accepted ?");
    evacuateTo("host-03");
    assertThat(statuses()).containsExactly("accepted ?", "pre-migrating host-03");
  }

  @Test
  void doesNotTellOfAHostThatWasChosenDeadUntilItComesBack() {
    desk.fail("host-02");
    evacuate();
    clock.pass(LONG_ENOUGH);

    assertThat(instance().path("on_its_way_to").asString()).isEqualTo("host-02");
    assertThat(statuses()).containsExactly("accepted ?");
    recover("host-02");
    clock.pass(Duration.ofMillis(1));
    assertThat(statuses()).containsExactly("pre-migrating host-02");
  }

  /** The second call wins, and the first host has nothing left to do when it comes back. */
  @Test
  void bringsOneCopyWhenItsFirstNewHostDiesOnTheWayAndComesBack() {
    evacuateTo("host-02");
    desk.fail("host-02");
    clock.pass(LONG_ENOUGH);
    assertThat(statuses()).containsExactly("pre-migrating host-02");
    assertThat(instance().path("task_state").asString()).isEqualTo("rebuilding");

    evacuateTo("host-03");
    assertThat(statuses()).containsExactly("pre-migrating host-02", "pre-migrating host-03");
    recover("host-02");
    clock.pass(LONG_ENOUGH);

    assertThat(statuses()).containsExactly("pre-migrating host-02", "done host-03");
    assertOneCopyOn("host-03", 0);
  }

  /** As above, but its guest had started on the first new host before that died. */
  @Test
  void bringsOneCopyWhenItsFirstNewHostDiesAtTheLastMoment() {
    desk.ask(
        "PATCH",
        "/simulator/settings",
        "{\"evacuation_time\": \"2s\", \"host_update_delay\": \"1s\"}");
    evacuateTo("host-02");
    clock.pass(Duration.ofMillis(1500));
    assertThat(instance().path("runs_on").asString("")).isEqualTo("host-02");
    desk.fail("host-02");

    evacuateTo("host-03");
    recover("host-02");
    clock.pass(LONG_ENOUGH);

    assertOneCopyOn("host-03", 0);
  }

  /** Only nova-compute died there: a second evacuation doubles the guest, and that is counted. */
  @Test
  void countsASecondEvacuationOfAGuestThatRunsOnItsFirstNewHost() {
    desk.ask(
        "PATCH",
        "/simulator/settings",
        "{\"evacuation_time\": \"2s\", \"host_update_delay\": \"1s\"}");
    evacuateTo("host-02");
    clock.pass(Duration.ofMillis(1500));
    desk.ask("POST", "/simulator/hosts/host-02/fail?guests=run-on", "");

    evacuateTo("host-03");
    recover("host-02");
    clock.pass(LONG_ENOUGH);

    assertOneCopyOn("host-03", 1);
  }

  private void assertOneCopyOn(String host, int whileRunning) {
    JsonNode instance = instance();
    assertThat(instance.path("host").asString()).isEqualTo(host);
    assertThat(instance.path("runs_on").asString("")).isEqualTo(host);
    assertThat(instance.path("task_state").isNull()).isTrue();
    assertThat(instance.path("evacuations").path("accepted").intValue()).isEqualTo(2);
    assertThat(instance.path("evacuations").path("arrived").intValue()).isEqualTo(1);
    assertThat(instance.path("evacuations").path("while_running").intValue())
        .isEqualTo(whileRunning);
    assertThat(desk.instancesOn("host-02")).doesNotContain(id);
  }

  @Test
  void anEvacuationThatLivesFailsWhenItIsInterrupted() {
    evacuateTo("host-02");
    desk.action(id, "{\"os-resetState\": {\"state\": \"error\"}}");
    evacuateTo("host-03");
    desk.ask("PATCH", "/simulator/instances/" + id, "{\"vm_state\": \"error\"}");
    evacuateTo("host-04");
    evacuateTo("host-02");

    assertThat(statuses())
        .containsExactly(
            "failed host-02", "failed host-03", "failed host-04", "pre-migrating host-02");
  }

  @Test
  void filtersAsNovaDoes() {
    evacuateTo("host-03");
    String other = desk.instancesOn("host-01").getLast();
    desk.action(other, "{\"evacuate\": {\"host\": \"host-02\"}}");
    clock.pass(LONG_ENOUGH);
    evacuateFromThird();

    assertThat(list("")).extracting(each -> each.path("id").intValue()).containsExactly(1, 2, 3);
    assertThat(list("?migration_type=evacuation&hidden=0&colour=red")).hasSize(3);
    assertThat(list("?migration_type=live-migration")).isEmpty();
    assertThat(list("?status=done")).hasSize(2);
    assertThat(list("?status=done&instance_uuid=" + id)).hasSize(1);
    assertThat(list("?host=host-03")).hasSize(2);
    assertThat(list("?source_compute=host-03")).hasSize(1);
    assertThat(list("?instance_uuid=seven")).isEmpty();
    desk.ask("DELETE", "/compute/v2.1/servers/" + id, "");
    assertThat(list("")).hasSize(1);
    assertThat(list("?instance_uuid=" + id)).isEmpty();
  }

  private void evacuateFromThird() {
    desk.fail("host-03");
    desk.forceDown("host-03");
    evacuateTo("host-04");
  }

  @Test
  void keepsTheLastOfAServerOnly() {
    for (int i = 0; i < SimulatedServer.MAX_MIGRATIONS + 2; i++) {
      evacuate();
    }

    assertThat(list(""))
        .hasSize(SimulatedServer.MAX_MIGRATIONS)
        .extracting(each -> each.path("id").intValue())
        .startsWith(3)
        .endsWith(SimulatedServer.MAX_MIGRATIONS + 2);
  }

  @Test
  void isCountedAndStruckByFaults() {
    desk.ask(
        "POST",
        "/simulator/faults",
        "{\"kind\": \"error-503\", \"call\": \"list-migrations\", \"instance\": \"" + id + "\"}");

    assertThat(desk.status("GET", PATH, "")).isEqualTo(200);
    assertThat(desk.status("GET", PATH + "?instance_uuid=" + id, "")).isEqualTo(503);
    assertThat(desk.get("/simulator/calls").at("/by_kind/list-migrations").intValue()).isEqualTo(2);
  }

  @Test
  void knowsWhichMicroversionsShowWhat() {
    evacuate();

    byte[] old = desk.call("GET", PATH, "", "2.22").body();
    assertThat(Json.parse(old).at("/migrations/0").has("migration_type")).isFalse();
    assertThat(desk.call("GET", PATH, "", "2.58").status()).isEqualTo(200);
    assertThat(new String(desk.call("GET", PATH, "", "2.59").body(), StandardCharsets.UTF_8))
        .contains("itemNotFound", "before 2.59 only");
  }
}
