package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A region outlives its process. */
class JournalTest {
  private static final RegionSpec SPEC = RegionSpec.allActive(5, 25);
  private static final String FILE = "region.journal";

  @TempDir private Path directory;

  private final HandClock clock = new HandClock();

  private SimulatedCloud open() {
    return SimulatedCloud.keptIn(directory, SPEC, Behaviour.DEMO, clock);
  }

  /** What a crash at this moment would leave behind, opened. */
  private SimulatedCloud openAsAfterACrash(Path elsewhere) throws IOException {
    Files.copy(directory.resolve(FILE), elsewhere.resolve(FILE));
    return SimulatedCloud.keptIn(elsewhere, SPEC, Behaviour.DEMO, clock);
  }

  @Test
  void carriesOnAfterACrashWithStateCountersFaultsSettingsAndEvacuations(@TempDir Path elsewhere)
      throws IOException {
    try (SimulatedCloud before = open()) {
      Desk desk = new Desk(before);
      String moving = desk.instancesOn("host-01").getFirst();
      String gone = desk.instancesOn("host-02").getFirst();
      desk.fail("host-01");
      desk.forceDown("host-01");
      desk.action(moving, "{\"evacuate\": {}}");
      desk.ask("DELETE", "/compute/v2.1/servers/" + gone, "");
      desk.ask("PATCH", "/simulator/settings", "{\"page_size\": 77}");
      desk.ask("POST", "/simulator/faults", "{\"kind\": \"delay\", \"call\": \"stop\"}");
      desk.ask("POST", "/simulator/faults", "{\"kind\": \"delay\", \"call\": \"start\"}");
      desk.ask("DELETE", "/simulator/faults/1", "");

      try (SimulatedCloud after = openAsAfterACrash(elsewhere)) {
        Desk again = new Desk(after);
        for (String path :
            List.of(
                "/simulator",
                "/simulator/hosts",
                "/simulator/instances",
                "/simulator/faults",
                "/simulator/settings",
                "/compute/v2.1/os-migrations")) {
          assertThat(again.get(path)).as(path).isEqualTo(desk.get(path));
        }
        assertThat(again.get("/simulator/calls").path("by_kind"))
            .isEqualTo(desk.get("/simulator/calls").path("by_kind"));
        JsonNode evacuations = again.get("/simulator/instances/" + moving).path("evacuations");
        assertThat(evacuations.path("accepted").intValue()).isEqualTo(1);
        assertThat(again.get("/compute/v2.1/os-migrations").at("/migrations/0/dest_compute"))
            .isEqualTo(desk.get("/simulator/instances/" + moving).path("on_its_way_to"));
        assertThat(again.server(moving).path("OS-EXT-STS:task_state").asString())
            .isEqualTo("rebuilding");
        clock.pass(Duration.ofSeconds(10));
        assertThat(again.server(moving).path("OS-EXT-SRV-ATTR:host").asString())
            .isEqualTo("host-02");
        assertThat(again.get("/compute/v2.1/os-migrations").at("/migrations/0/status").asString())
            .isEqualTo("done");
      }
    }
  }

  @Test
  void readsARegionThatWasKeptBeforeThereWereMigrations() throws IOException {
    open().close();
    Path file = directory.resolve(FILE);
    String kept = Files.readString(file);
    assertThat(kept).contains(",\"migrations\":[]");
    Files.writeString(file, kept.replace(",\"migrations\":[]", ""));

    try (SimulatedCloud after = open()) {
      assertThat(new Desk(after).get("/compute/v2.1/os-migrations").path("migrations")).isEmpty();
    }
  }

  @Test
  void leavesOutALastLineThatWasBeingWritten() throws IOException {
    String id;
    try (SimulatedCloud before = open()) {
      id = new Desk(before).instancesOn("host-01").getFirst();
      new Desk(before).action(id, "{\"lock\": null}");
    }
    Path file = directory.resolve(FILE);
    Files.writeString(file, "{\"SimulatedHost\":{\"number\":1,\"na", StandardOpenOption.APPEND);

    try (SimulatedCloud after = open()) {
      assertThat(new Desk(after).server(id).path("locked").booleanValue()).isTrue();
    }
  }

  @Test
  void refusesALineThatIsDamagedInTheMiddle() throws IOException {
    open().close();
    Files.writeString(directory.resolve(FILE), "{\"SimulatedHost\":\n", StandardOpenOption.APPEND);

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void refusesToBecomeAnotherRegion() {
    open().close();

    assertThatThrownBy(() ->
            SimulatedCloud.keptIn(directory, RegionSpec.allActive(6, 25), Behaviour.DEMO, clock))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5 hosts and 25 instances");
  }

  @Test
  void isKeptByOneAtATime() {
    try (SimulatedCloud first = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Another process keeps a region in");
      assertThat(first.hostNames()).hasSize(5);
    }
    open().close();
  }

  @Test
  void forgetsAtAStartWhatWasReplaced() throws IOException {
    try (SimulatedCloud cloud = open()) {
      String id = new Desk(cloud).instancesOn("host-01").getFirst();
      for (int i = 0; i < 100; i++) {
        new Desk(cloud).action(id, "{\"lock\": null}");
      }
    }
    long before = Files.size(directory.resolve(FILE));

    open().close();

    assertThat(Files.size(directory.resolve(FILE))).isLessThan(before * 3 / 4);
  }

  @Test
  void survivesTheKillingOfItsProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String moving;
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      moving = String.valueOf(lines.readLine());
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    try (SimulatedCloud after =
        SimulatedCloud.keptIn(directory, SPEC, Behaviour.DEMO, Clock.system())) {
      Desk desk = new Desk(after);
      assertThat(desk.service("host-01").path("forced_down").booleanValue()).isTrue();
      JsonNode evacuations = desk.get("/simulator/instances/" + moving).path("evacuations");
      assertThat(evacuations.path("accepted").intValue()).isEqualTo(1);
      RunningCloud.await(
          () -> desk.server(moving).path("OS-EXT-SRV-ATTR:host").asString(""),
          host -> !host.equals("host-01"));
    }
  }

  /** Begins an evacuation, says of which server, and waits to be killed. */
  static final class KilledProcess {
    private KilledProcess() {}

    public static void main(String[] args) throws InterruptedException {
      SimulatedCloud cloud =
          SimulatedCloud.keptIn(Path.of(args[0]), SPEC, Behaviour.DEMO, Clock.system());
      Desk desk = new Desk(cloud);
      String id = desk.instancesOn("host-01").getFirst();
      desk.fail("host-01");
      desk.forceDown("host-01");
      desk.action(id, "{\"evacuate\": {}}");
      System.out.println(id);
      System.out.flush();
      Clock.system().sleep(Duration.ofMinutes(1));
    }
  }
}
