package io.tocsin.compute;

import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.clock.Clock;
import io.tocsin.openstack.ScriptedServer;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we make of Nova's migrations, word by word. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MigrationsJsonTest {
  private static final String UUID_TEXT = "5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e";
  private static final ServerId ID = new ServerId(UUID.fromString(UUID_TEXT));

  private final ScriptedServer server = new ScriptedServer();
  private final NovaCloud cloud =
      new NovaCloud(
          new CloudSettings(
              server.endpoint(),
              Duration.ofSeconds(10),
              Duration.ofSeconds(20),
              2,
              10,
              2,
              20,
              1 << 20),
          RandomGenerator.getDefault(),
          Clock.system());

  @AfterEach
  void close() {
    cloud.close();
    server.close();
  }

  private static String row(int id, String status, String target) {
    return """
    {"id": %d, "instance_uuid": "%s", "migration_type": "evacuation", "status": "%s",
     "source_compute": "cmp-1", "source_node": "cmp-1.example.org", "dest_compute": %s,
     "dest_node": null, "dest_host": null, "old_instance_type_id": null,
     "new_instance_type_id": null, "created_at": "2026-02-03T11:40:03.000000",
     "updated_at": null}\
    """
        .formatted(id, UUID_TEXT, status, target.equals("null") ? target : '"' + target + '"');
  }

  private void reply(String... rows) {
    server.reply(json(200, "{\"migrations\": [" + String.join(",", rows) + "]}"));
  }

  @Test
  void asksForTheEvacuationsOfTheServer() {
    reply();
    assertThat(cloud.findEvacuationTarget(ID)).isEmpty();
    assertThat(server.received().getFirst())
        .returns("GET", ScriptedServer.Received::method)
        .returns(
            "/compute/v2.1/os-migrations?instance_uuid=" + UUID_TEXT + "&migration_type=evacuation",
            ScriptedServer.Received::target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"accepted", "pre-migrating"})
  void findsTheTargetOfAnUnfinishedOne(String status) {
    reply(row(1, status, "cmp-2"));
    assertThat(cloud.findEvacuationTarget(ID)).contains("cmp-2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "completed", "failed", "error", "running", "what is new"})
  void findsNoTargetOfAnyOther(String status) {
    reply(row(1, status, "cmp-2"));
    assertThat(cloud.findEvacuationTarget(ID)).isEmpty();
  }

  @Test
  void tellsAHostThatHasBegunFromOneThatWasNamed() {
    reply(row(1, "accepted", "cmp-2"));
    assertThat(cloud.findEvacuationHost(ID)).isEmpty();
    reply(row(1, "pre-migrating", "cmp-2"));
    assertThat(cloud.findEvacuationHost(ID)).contains("cmp-2");
    reply(row(1, "pre-migrating", "cmp-2"), row(2, "failed", "cmp-3"));
    assertThat(cloud.findEvacuationHost(ID)).isEmpty();
  }

  @Test
  void findsNoTargetWhereNoneWasChosen() {
    reply(row(1, "accepted", "null"));
    assertThat(cloud.findEvacuationTarget(ID)).isEmpty();
  }

  @Test
  void looksAtTheLatestOnlyWhateverTheOrder() {
    reply(row(9, "done", "cmp-2"), row(11, "pre-migrating", "cmp-4"), row(10, "accepted", "cmp-3"));
    assertThat(cloud.findEvacuationTarget(ID)).contains("cmp-4");
  }

  @Test
  void doesNotTakeAnOlderTargetForThatOfAnEvacuationThatHasNoneYet() {
    reply(row(2, "accepted", "null"), row(1, "pre-migrating", "cmp-2"));
    assertThat(cloud.findEvacuationTarget(ID)).isEmpty();
  }

  @Test
  void doesNotRelyOnTheFilters() {
    reply(
        row(1, "pre-migrating", "cmp-2"),
        row(2, "pre-migrating", "cmp-3").replace("5be0a0f1", "00000000"),
        row(3, "pre-migrating", "cmp-4").replace("\"evacuation\"", "\"live-migration\""),
        "{}");
    assertThat(cloud.findEvacuationTarget(ID)).contains("cmp-2");
  }

  @Test
  void saysWhatIsMissingInAnAnswer() {
    for (String body :
        new String[] {
          "{}",
          "{\"migrations\": [" + row(1, "done", "a").replace("\"status\"", "\"s\"") + "]}",
          "{\"migrations\": ["
              + row(1, "done", "a").replace("\"id\"", "\"i\"")
              + ","
              + row(2, "done", "a")
              + "]}"
        }) {
      server.reply(json(200, body));
      CloudException thrown =
          catchThrowableOfType(CloudException.class, () -> cloud.findEvacuationTarget(ID));
      assertThat(thrown.failure()).as(body).isInstanceOf(CloudFailure.Unavailable.class);
      assertThat(thrown.failure().text()).contains("lacks");
    }
  }
}
