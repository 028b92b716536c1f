package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.TestAccounts;
import io.tocsin.identity.AccountId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that manage accounts, against a server. */
class AccountCommandsTest {
  private static final String PROJECT = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  private final TestAccounts server = TestAccounts.start();
  private Path operator;

  private record Run(int exitCode, String out, String err) {
    /** The first column of the only row. */
    String id() {
      assertThat(exitCode).as(err).isZero();
      assertThat(out.lines()).hasSize(2);
      return out.lines().toList().getLast().split(" ", 2)[0];
    }

    List<String> lines() {
      assertThat(exitCode).as(err).isZero();
      return out.lines().toList();
    }
  }

  @BeforeEach
  void keepTheOperatorsToken() throws IOException {
    operator = tokenFile("operator", server.directory().operatorToken(null).value());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void makesAndChangesAccounts() {
    String harbour = run("account", "create", "harbour").id();
    String project = run("account", "create", "yard", "--project", PROJECT).id();

    assertThat(project).isEqualTo(AccountId.ofProject(PROJECT).toString());
    assertThat(run("account", "list").lines())
        .satisfiesExactlyInAnyOrder(
            title -> assertThat(title).startsWith("ID").contains("NAME", "ENABLED", "PROJECT"),
            operators -> assertThat(operators).contains(AccountId.OPERATORS.toString()),
            first -> assertThat(first).startsWith(harbour).contains("harbour", "true"),
            second -> assertThat(second).startsWith(project).contains("yard", PROJECT));
    String[] change = {
      "account", "change", "--account", "harbour", "--default-ttl", "30d", "--max-ttl", "365d"
    };
    assertThat(run(change).lines().getLast()).startsWith(harbour).endsWith(" 30d    365d");
    assertThat(run("account", "show", "--account", PROJECT).lines().getLast()).contains("yard");
    for (String isEnabled : List.of("false", "true")) {
      assertThat(run("account", "change", "--account", harbour, "--enabled", isEnabled).lines())
          .last()
          .asString()
          .contains(isEnabled);
    }
  }

  @Test
  void letsUsersInAndOut() throws IOException {
    run("account", "create", "harbour").id();
    String otto = run("user", "create", "otto", "--account", "harbour", "--role", "member").id();
    String secret = run("token", "create", "--account", "harbour", "--user", "otto").out().strip();
    Path his = tokenFile("otto", secret);

    assertThat(secret).startsWith("tocsin_").doesNotContain(" ");
    assertThat(runWith(his, "account", "list").lines()).hasSize(2);
    // Whose token it is, is found by itself.
    assertThat(runWith(his, "token", "list", "--account", "harbour").lines())
        .satisfiesExactly(
            title -> assertThat(title).contains("LAST USED"),
            token -> assertThat(token).contains("command line").doesNotContain(secret));
    assertThat(runWith(his, "account", "create", "another").err())
        .isEqualTo(
            "tocsin: Operation not permitted (403); this needs another role, or --account another"
                + " account, or --token-file another caller's token\n");

    run("user", "bind", "otto", "--account", "harbour", "--role", "admin").lines();
    assertThat(run("user", "list", "--account", "harbour").lines().getLast())
        .startsWith(otto)
        .contains("otto", "admin", "true", "active");
    run("user", "disable", "otto", "--account", "harbour").lines();
    assertThat(runWith(his, "account", "list").err()).contains("Unauthorized access (403)");
    run("user", "enable", otto, "--account", "harbour").lines();
    run("token", "revoke", "command line", "--account", "harbour", "--user", otto).lines();
    assertThat(runWith(his, "account", "list").err())
        .contains("Invalid bearer token (401)", "TOCSIN_TOKEN gives another token");
    run("user", "unbind", "otto", "--account", "harbour").lines();
    assertThat(run("user", "list", "--account", "harbour").lines()).hasSize(1);
  }

  @Test
  void givesARoleToAGroup() throws IOException {
    run("account", "create", "harbour").id();
    run("account", "create", "yard").id();
    String otto = run("user", "create", "otto", "--account", "yard").id();
    String watch = run("group", "create", "watch", "--account", "harbour").id();
    run("group", "bind", "watch", "--account", "harbour", "--role", "viewer").lines();
    run("group", "add", "watch", otto, "--account", "harbour").lines();

    assertThat(run("group", "list", "--account", "harbour").lines().getLast()).startsWith(watch);
    assertThat(run("group", "list", "watch", "--account", "harbour").lines().getLast())
        .contains(otto, "otto");
    String token = run("token", "create", "--account", "harbour", "--user", otto).out().strip();
    assertThat(runWith(tokenFile("otto", token), "account", "list").lines().getLast())
        .contains("harbour");

    run("group", "remove", "watch", otto, "--account", "harbour").lines();
    assertThat(run("group", "list", "watch", "--account", "harbour").lines()).hasSize(1);
    run("group", "unbind", "watch", "--account", "harbour").lines();
  }

  @Test
  void saysInOneLineWhatIsWrong() throws IOException {
    run("account", "create", "harbour").id();

    assertOneLine(run("user", "list", "--account", "nowhere"), "There is no account 'nowhere'");
    assertOneLine(
        run("user", "bind", "nobody", "--account", "harbour", "--role", "viewer"),
        "There is no user 'nobody' here; there is none");
    assertOneLine(
        run("user", "create", "x", "--account", "harbour", "--role", "captain"), "(400): role");
    assertOneLine(
        runWith(tokenFile("odd", "two words"), "account", "list"), "does not hold a token");
    assertOneLine(runWith(directory.resolve("absent"), "account", "list"), "cannot be read");
    assertThat(run("account", "change", "--account", "harbour").exitCode()).isEqualTo(2);
    assertThat(run("token", "create", "--account", "harbour", "--expires", "soon").err())
        .contains("'soon' is neither forever nor a number with its unit");
    URI nowhere = URI.create("http://127.0.0.1:1");
    assertOneLine(call(nowhere, operator, "account", "list"), "cannot be reached");
  }

  private static void assertOneLine(Run run, String part) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().startsWith("tocsin: ").contains(part);
  }

  private Path tokenFile(String name, String token) throws IOException {
    return Files.writeString(directory.resolve(name), token + "\n");
  }

  private Run run(String... arguments) {
    return runWith(operator, arguments);
  }

  private Run runWith(Path token, String... arguments) {
    return call(server.uri(""), token, arguments);
  }

  private static Run call(URI api, Path token, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--api", api.toString(), "--token-file", token.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = commands.execute(all.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }
}
