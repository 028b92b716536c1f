package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.ArrayList;
import java.util.HashMap;
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

/** Lists and changes the users of an account. */
@Command(
    name = "user",
    description = "Lists, makes and changes the users of an account, and their roles in it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UserCommand.All.class,
      UserCommand.Create.class,
      UserCommand.Disable.class,
      UserCommand.Enable.class,
      UserCommand.Bind.class,
      UserCommand.Unbind.class
    })
final class UserCommand implements Runnable {
  static final String USERS = "users";
  static final String KIND = "user";
  static final String ROLES = "viewer, member, admin or owner.";

  private static final String USER_LABEL = "USER";
  private static final String NAME_OR_ID = "A user's name or id.";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Do what? user list, create, disable, enable, bind or unbind.");
  }

  /** Of users, with their own roles where these are known. */
  static List<Column> columns(Map<String, String> roles) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.of("ID", "id"));
    columns.add(Column.of("NAME", "name"));
    if (!roles.isEmpty()) {
      columns.add(
          new Column("ROLE", user -> roles.getOrDefault(user.path("id").asString(""), "-")));
    }
    columns.add(Column.of("ENABLED", "isEnabled"));
    columns.add(Column.of("STATE", "state"));
    columns.add(Column.of("KEYSTONE", "keystoneID"));
    return columns;
  }

  @Command(
      name = "list",
      description = "Lists the users of the account; the role is the one given to them directly.",
      mixinStandardHelpOptions = true)
  static final class All implements Runnable {
    @Mixin private InAccount in;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      in.run(account -> {
        Map<String, String> roles = new HashMap<>();
        for (JsonNode binding : account.get("roleBindings").path("items")) {
          roles.put(binding.path("userID").asString(""), binding.path("role").asString(""));
        }
        in.output(spec).list(account.get(USERS), columns(roles));
      });
    }
  }

  @Command(
      name = "create",
      description = {
        "Makes a user with a role in the account. With --keystone-id the user is one of",
        "Keystone's, who may be in other accounts too."
      },
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = "NAME", description = "What people call them.")
    private String name = "";

    @Option(names = "--role", paramLabel = "ROLE", description = ROLES + " Default: viewer.")
    private String role = "viewer";

    @Option(names = "--keystone-id", paramLabel = "ID", description = "Their id in Keystone.")
    private @Nullable String keystoneId;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Map<String, String> members = new LinkedHashMap<>(Map.of("name", name, "role", role));
      if (keystoneId != null) {
        members.put("keystoneID", keystoneId);
      }
      in.run(
          account -> in.output(spec).one(account.create(USERS, KIND, members), columns(Map.of())));
    }
  }

  @Command(
      name = "disable",
      description = "Refuses the user and their tokens, in all accounts.",
      mixinStandardHelpOptions = true)
  static final class Disable implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = USER_LABEL, description = NAME_OR_ID)
    private String user = "";

    @Override
    public void run() {
      in.run(account -> enable(account, user, Map.of("isEnabled", "false")));
    }
  }

  @Command(
      name = "enable",
      description = "Lets the user in again, with the tokens that they had.",
      mixinStandardHelpOptions = true)
  static final class Enable implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = USER_LABEL, description = NAME_OR_ID)
    private String user = "";

    @Override
    public void run() {
      in.run(account -> enable(account, user, Map.of("isEnabled", "true", "state", "active")));
    }
  }

  private static void enable(OneAccount account, String user, Map<String, String> members) {
    account.change(USERS + "/" + account.idOf(USERS, KIND, user), KIND, members);
  }

  @Command(
      name = "bind",
      description = "Gives the user a role in the account, instead of the one that they have.",
      mixinStandardHelpOptions = true)
  static final class Bind implements Runnable {
    @Mixin private InAccount in;
    @Mixin private RoleFlags role;

    @Parameters(paramLabel = USER_LABEL, description = NAME_OR_ID)
    private String user = "";

    @Override
    public void run() {
      in.run(account ->
          account.bind(KIND, account.idOf(USERS, KIND, user), role.role(), role.constraints()));
    }
  }

  @Command(
      name = "unbind",
      description = "Takes the user's own role in the account away.",
      mixinStandardHelpOptions = true)
  static final class Unbind implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = USER_LABEL, description = NAME_OR_ID)
    private String user = "";

    @Override
    public void run() {
      in.run(account -> account.unbind(KIND, account.idOf(USERS, KIND, user)));
    }
  }
}
