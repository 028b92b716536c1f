package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCommandTest {
  @TempDir private Path directory;
  private Path config;
  private Path policy;

  private record Run(int exitCode, String out, String err) {}

  @BeforeEach
  void configure() throws IOException {
    policy =
        Files.writeString(
            directory.resolve("policy.yaml"),
            """
            admin_api: is_admin:True or rule:watchers
            watchers: role:watcher and project_id:p1
            """);
    config =
        Files.writeString(
            directory.resolve("tocsin.yaml"),
            """
            auth.mode: keystone
            policy.file: %s
            log.level: error
            keystone: {url: "http://127.0.0.1:1", username: t, password: p, project: service}
            """
                .formatted(policy));
  }

  @Test
  void showsTheRulesInForceAndMarksWhatTheFileChanged() throws IOException {
    Run run = run("show");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .contains(
            "\"context_is_admin\": \"role:admin\"",
            "\"admin_api\": \"is_admin:True or rule:watchers\"  # changed; was is_admin:True",
            "\"os_masakari_api:segments:index\": \"rule:admin_api\"",
            "\"watchers\": \"role:watcher and project_id:p1\"  # added");

    Path shown = Files.writeString(directory.resolve("shown.yaml"), run.out());
    assertThat(
            run("show", "--file", shown.toString())
                .out()
                .lines()
                .map(it -> it.replaceFirst("  #.*", "")))
        .containsExactlyElementsOf(
            run.out().lines().map(it -> it.replaceFirst("  #.*", "")).toList());
  }

  @Test
  void saysWhoMayDoWhatAndWhy() {
    Run all = run("check", "--role", "watcher", "--project", "p1");

    assertThat(all.exitCode()).isZero();
    assertThat(all.out().lines())
        .contains(
            "allowed  os_masakari_api:segments:index: rule:admin_api > rule:watchers > role:watcher"
                + " holds and project_id:p1 holds")
        .filteredOn(line -> !line.contains("  tocsin:"))
        .allMatch(line -> line.startsWith("allowed  os_masakari_api:"))
        .hasSize(24);
    assertThat(all.out().lines().filter(line -> line.startsWith("denied ")))
        .containsExactly(
            "denied   tocsin:operators: rule:context_is_admin > role:admin does not hold; the roles"
                + " are watcher");
    assertThat(run("check").out().lines().filter(it -> it.startsWith("denied "))).hasSize(23);
  }

  @Test
  void answersAboutOneRuleWithItsExitCode() {
    Run allowed = run("check", "--role", "admin", "--rule", "os_masakari_api:segments:create");
    assertThat(allowed.exitCode()).isZero();

    Run denied =
        run(
            "check",
            "--role",
            "watcher",
            "--domain",
            "d",
            "--rule",
            "os_masakari_api:segments:create");
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.out())
        .isEqualTo(
            "denied   os_masakari_api:segments:create: rule:admin_api > is_admin:True > role:admin"
                + " does not hold; the roles are watcher; rule:watchers > project_id:p1 does not"
                + " hold; project_id is none\n");

    Run unknown = run("check", "--rule", "os_masakari_api:segment:create");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'os_masakari_api:segments:create'?");
  }

  @Test
  void aBadFileIsRefusedWithItsPlaces() throws IOException {
    Files.writeString(policy, "admin_api: role:a or\nnobody: \"rule:x\"\n");

    Run run = run("show");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            """
            tocsin: %1$s:1:21: expected a check, found the end of the rule
            %1$s:2:10: there is no rule 'x'; did you mean 'nobody'?
            """
                .formatted(policy));
  }

  @Test
  void saysWhenNobodyIsAsked() throws IOException {
    Files.writeString(config, "log.level: error\n");

    assertThat(run("show").err()).contains("auth.mode is none");
  }

  private Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("policy"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    int exitCode = commandLine.execute(all.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }
}
