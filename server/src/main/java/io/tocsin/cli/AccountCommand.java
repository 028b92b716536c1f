package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
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

/** Lists and changes the accounts of a running server. */
@Command(
    name = "account",
    description = "Lists, makes and changes accounts: who events are for.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AccountCommand.All.class,
      AccountCommand.Create.class,
      AccountCommand.Show.class,
      AccountCommand.Change.class
    })
final class AccountCommand implements Runnable {
  private static final String TYPE = "account";
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("ENABLED", "isEnabled"),
          Column.of("PROJECT", "projectID"),
          new Column("KEEPS", account -> lifetime(account, "defaultTTL", "maxTTL")),
          new Column("AT MOST", account -> lifetime(account, "maxTTL", "maxTTL")));

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Do what? account list, create, show or change.");
  }

  private static String lifetime(JsonNode account, String member, String otherwise) {
    return Lifetime.shown(account.path(member).asLong(account.path(otherwise).asLong(0)));
  }

  @Command(
      name = "list",
      description = "Lists the accounts that the token opens; all of them for operators.",
      mixinStandardHelpOptions = true)
  static final class All implements Runnable {
    @Mixin private AccountFlags flags;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      try (AccountClient client = flags.connect()) {
        new Output(spec.commandLine().getOut(), flags.isJson())
            .list(client.get(AccountClient.ACCOUNTS), COLUMNS);
      }
    }
  }

  @Command(
      name = "create",
      description = {
        "Makes an account, for operators. One of a Keystone project is there already for the",
        "project's users; with --project it gets a name, and can have users of its own."
      },
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {
    @Mixin private AccountFlags flags;

    @Parameters(paramLabel = "NAME", description = "What people call it.")
    private String name = "";

    @Option(names = "--project", paramLabel = "ID", description = "A Keystone project's id.")
    private @Nullable String project;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Map<String, String> members = new LinkedHashMap<>(Map.of("name", name));
      if (project != null) {
        members.put("projectID", project);
      }
      try (AccountClient client = flags.connect()) {
        JsonNode made =
            client.call("POST", AccountClient.ACCOUNTS, OneAccount.document(TYPE, members));
        new Output(spec.commandLine().getOut(), flags.isJson()).one(made, COLUMNS);
      }
    }
  }

  @Command(name = "show", description = "Shows an account.", mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    @Mixin private InAccount in;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      in.run(account -> in.output(spec).one(account.client().get(account.path()), COLUMNS));
    }
  }

  @Command(
      name = "change",
      description = "Changes what is given; for operators and the account's administrators.",
      mixinStandardHelpOptions = true)
  static final class Change implements Runnable {
    @Mixin private InAccount in;

    @Option(names = "--name", paramLabel = "NAME", description = "Another name.")
    private @Nullable String name;

    @Option(
        names = "--enabled",
        paramLabel = "true|false",
        description = "Whether anybody may use it.")
    private @Nullable Boolean isEnabled;

    @Option(
        names = "--default-ttl",
        paramLabel = "TIME",
        converter = Lifetime.Converter.class,
        description = "How long events stay that do not say: 30d, forever.")
    private @Nullable Lifetime defaultTtl;

    @Option(
        names = "--max-ttl",
        paramLabel = "TIME",
        converter = Lifetime.Converter.class,
        description = "How long any event stays at most: 365d, forever.")
    private @Nullable Lifetime maxTtl;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Map<String, Object> members = members();
      if (members.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "Change what? --name, --enabled, --default-ttl or --max-ttl.");
      }
      in.run(account -> {
        account.client().call("PUT", account.path(), OneAccount.document(TYPE, members));
        in.output(spec).one(account.client().get(account.path()), COLUMNS);
      });
    }

    private Map<String, Object> members() {
      Map<String, Object> members = new LinkedHashMap<>();
      if (name != null) {
        members.put("name", name);
      }
      if (isEnabled != null) {
        members.put("isEnabled", isEnabled.toString());
      }
      if (defaultTtl != null) {
        members.put("defaultTTL", defaultTtl.seconds());
      }
      if (maxTtl != null) {
        members.put("maxTTL", maxTtl.seconds());
      }
      return members;
    }
  }
}
