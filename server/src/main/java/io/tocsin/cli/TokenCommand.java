package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import io.tocsin.clock.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Makes, lists and revokes API tokens. */
@Command(
    name = "token",
    description = "Makes, lists and revokes API tokens of a user in an account.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TokenCommand.Create.class, TokenCommand.All.class, TokenCommand.Revoke.class})
final class TokenCommand implements Runnable {
  private static final String KIND = "token";
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("PUBLISHING", "isForPublishing"),
          Column.of("EXPIRES", "expiryTimestamp"),
          Column.of("LAST USED", "lastUsedTimestamp"));

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Do what? token create, list or revoke.");
  }

  /** Whose tokens are meant. */
  static final class Whose {
    @Mixin private InAccount in;

    @Option(
        names = "--user",
        paramLabel = "USER",
        description = "A user's name or id. Default: whose token the command uses.")
    private @Nullable String user;

    String tokens(OneAccount account) {
      String id =
          user == null
              ? account.client().user()
              : account.idOf(UserCommand.USERS, UserCommand.KIND, user);
      return UserCommand.USERS + "/" + id + "/tokens";
    }
  }

  @Command(
      name = "create",
      description = {
        "Makes a token and prints it alone on standard output; it is never shown again:",
        "  TOKEN=$(tocsin token create --account A --user U)"
      },
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {
    @Mixin private Whose whose;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "To know it by later. Default: command line.")
    private String name = "command line";

    @Option(names = "--publishing", description = "Good for publishing events and nothing else.")
    private boolean isForPublishing;

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        converter = Lifetime.Converter.class,
        description = "From now on: 90d. Default: forever.")
    private Lifetime expires = new Lifetime(0);

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Map<String, String> members =
          new LinkedHashMap<>(
              Map.of("name", name, "isForPublishing", Boolean.toString(isForPublishing)));
      if (expires.seconds() > 0) {
        members.put(
            "expiryTimestamp",
            Clock.system()
                .now()
                .plusSeconds(expires.seconds())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString());
      }
      whose.in.run(account -> print(account.create(whose.tokens(account), KIND, members)));
    }

    private void print(JsonNode made) {
      if (whose.in.isJson()) {
        spec.commandLine().getOut().println(made);
        return;
      }
      spec.commandLine().getOut().println(made.path("token").asString());
      spec.commandLine()
          .getErr()
          .println(
              "Token %s (%s); keep it, it is shown only now"
                  .formatted(
                      made.path("id").asString(), Output.plain(made.path("name").asString())));
    }
  }

  @Command(
      name = "list",
      description = "Lists a user's tokens in the account, without their secrets.",
      mixinStandardHelpOptions = true)
  static final class All implements Runnable {
    @Mixin private Whose whose;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      whose.in.run(
          account -> whose.in.output(spec).list(account.get(whose.tokens(account)), COLUMNS));
    }
  }

  @Command(
      name = "revoke",
      description = "Takes a token away; it is good for nothing from that moment on.",
      mixinStandardHelpOptions = true)
  static final class Revoke implements Runnable {
    @Mixin private Whose whose;

    @Parameters(paramLabel = "TOKEN", description = "A token's name or id, not the token itself.")
    private String token = "";

    @Override
    public void run() {
      whose.in.run(account -> {
        String tokens = whose.tokens(account);
        account.delete(tokens + "/" + account.idOf(tokens, KIND, token));
      });
    }
  }
}
