package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.operator.TestOperators;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operators' commands, against a server. */
class OperatorCommandsTest {
  @TempDir Path directory;

  private final TestOperators server = new TestOperators();
  private Path token;

  private record Run(int exitCode, String out, String err) {
    List<String> lines() {
      assertThat(exitCode).as(err).isZero();
      return out.lines().toList();
    }
  }

  @BeforeEach
  void keepTheOperatorsToken() throws IOException {
    token = Files.writeString(directory.resolve("token"), server.operatorToken());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void pausesListsAndResumes() {
    assertThat(run("pause", "--host", "host-01", "--reason", "disks", "--for", "2h").lines())
        .satisfiesExactly(
            title -> assertThat(title).startsWith("ID").contains("UNTIL", "REASON"),
            pause -> assertThat(pause).contains("host", "host-01", "disks"));
    run("pause", "--reason", "network").lines();
    assertThat(run("recovery", "summary").lines())
        .first()
        .asString()
        .startsWith("0 running, 0 due, 0 held");
    assertThat(run("pauses").lines()).hasSize(3);
    String id = run("pauses").lines().getLast().split(" ", 2)[0];
    assertThat(run("resume", id, "--why", "done").lines()).hasSize(2);
    assertThat(run("resume", "--why", "done").lines()).hasSize(2);
    assertThat(run("pauses").lines()).hasSize(1);
    assertThat(run("pauses", "--all").lines()).hasSize(3);
    assertThat(run("actions", "--limit", "2").lines())
        .satisfiesExactly(
            title -> assertThat(title).startsWith("AT"),
            last -> assertThat(last).contains("resume", "region", "done"),
            before -> assertThat(before).contains("resume", "host", "host-01", "done"));
  }

  @Test
  void showsAndChangesRecoveries() {
    FailureNotification report = server.hostStopped("host-01");
    String id = report.id().toString();

    assertThat(run("recovery", "list", "--state", "due").lines().getLast())
        .startsWith(id)
        .contains("COMPUTE_HOST", "host-01", "due", "new", "a free node");
    assertThat(run("recovery", "show", id).lines())
        .contains("Recovery " + id + ": Host host-01 failed")
        .anySatisfy(it -> assertThat(it).contains("host_status=NORMAL"));
    assertThat(run("recovery", "show", id, "--json").out()).startsWith("{\"id\":\"" + id);
    run("recovery", "retry", id, "--why", "now", "--override", "storm,alive").lines();
    assertThat(run("recovery", "cancel", id, "--why", "mistake").lines().getLast())
        .contains("its end: it is cancelled");
    assertThat(run("recovery", "show", id).lines())
        .contains("Overridden gates (2)", "What operators did (2)");
    assertThat(run("recovery", "approve", "--region", "--why", "all fine").lines()).hasSize(1);
  }

  @Test
  void putsAHostBack() {
    assertThat(run("host", "return", "host-02", "--why", "repaired", "--reserved", "true").lines())
        .last()
        .asString()
        .contains("host-02", "demo", "false", "true");
  }

  @Test
  void saysWhatWouldHappenToAHost() {
    assertThat(run("host", "plan", "host-03").lines())
        .anySatisfy(it -> assertThat(it).startsWith("If host host-03 failed now (segment demo"))
        .anySatisfy(it -> assertThat(it).contains("gate storm", "open"))
        .anySatisfy(it -> assertThat(it).contains("active -> running", "vCPU"));
  }

  @Test
  void showsAndChangesTheRulesOfASegment() {
    assertThat(run("segment", "rules", "demo").lines())
        .hasSize(8)
        .allSatisfy(it -> assertThat(it).doesNotEndWith("segment"));
    String[] change = {
      "segment",
      "rules",
      "demo",
      "--rule",
      "stormHosts=8",
      "--rule",
      "requiresFencing=false",
      "--why",
      "a big rack"
    };
    assertThat(run(change).lines())
        .anySatisfy(it -> assertThat(it).matches("stormHosts +8 +segment"))
        .anySatisfy(it -> assertThat(it).matches("requiresFencing +false +segment"));
    assertThat(run("segment", "rules", "demo", "--default", "stormHosts", "--why", "x").lines())
        .anySatisfy(it -> assertThat(it).matches("stormHosts +5 +settings"))
        .anySatisfy(it -> assertThat(it).matches("requiresFencing +false +segment"));
    assertThat(run("actions").lines())
        .anySatisfy(it -> assertThat(it).contains("change-rules", "segment", "demo", "a big rack"));
    assertOneLine(
        run("segment", "rules", "demo", "--rule", "stormHosts=many", "--why", "x"),
        "Invalid body (422): differs.stormHosts must be a whole number from 0 to 10000");
    assertThat(run("segment", "rules", "demo", "--rule", "stormHosts=8").exitCode()).isEqualTo(2);
    assertThat(run("segment").exitCode()).isEqualTo(2);
  }

  @Test
  void purges() {
    server.endedLongAgo("host-01", 3);

    assertThat(run("purge", "--dry-run").lines())
        .startsWith("Would remove:")
        .contains("        3  notifications", "        0  step messages")
        .doesNotContain("There may be more.");
    assertThat(run("purge", "--max-rows", "1", "--why", "room").lines())
        .startsWith("Removed:")
        .contains("        1  notifications")
        .endsWith("There may be more.");
    assertThat(run("purge", "--older-than", "60d", "--why", "room", "--json").out())
        .startsWith("{\"isDryRun\":false,\"isComplete\":true,\"removed\":{\"notifications\":2,");
    assertThat(run("actions").lines()).hasSize(3).last().asString().contains("purge", "room");
    assertThat(run("purge").exitCode()).isEqualTo(2);
    assertThat(run("purge", "--max-rows", "0", "--why", "x").exitCode()).isEqualTo(2);
    assertOneLine(
        run("purge", "--older-than", "1h", "--why", "x"),
        "Invalid body (422): olderThanSeconds must be a whole number from 86400 to 315360000");
  }

  @Test
  void saysInOneLineWhatIsWrong() {
    assertOneLine(
        run("recovery", "show", "nothing"),
        "Not found (404): There is no recovery with the id 'nothing'.");
    assertOneLine(
        run("recovery", "list", "--state", "stuck"),
        "Invalid parameters (400): state must be one of due, held, running, done");
    assertOneLine(
        run("pause", "--reason", "x", "--for", "8d"),
        "Invalid body (422): durationSeconds must be a whole number from 60 to 604800");
    assertThat(run("pause").err()).contains("--reason");
    assertThat(run("recovery", "approve", "--why", "x").exitCode()).isEqualTo(2);
    assertThat(run("recovery", "approve", "x", "--host", "y", "--why", "x").exitCode())
        .isEqualTo(2);
    assertThat(run("pause", "--host", "a", "--segment", "b", "--reason", "x").exitCode())
        .isEqualTo(2);
    assertThat(run("resume", "x", "--host", "a", "--why", "x").exitCode()).isEqualTo(2);
    assertThat(run("recovery").exitCode()).isEqualTo(2);
    assertThat(run("host").exitCode()).isEqualTo(2);
  }

  private static void assertOneLine(Run run, String line) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("tocsin: " + line + "\n");
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--api", server.uri("").toString(), "--token-file", token.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = commands.execute(all.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }
}
