package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists and changes the groups of an account. */
@Command(
    name = "group",
    description = "Lists, makes and changes groups of users, who have a role together.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GroupCommand.All.class,
      GroupCommand.Create.class,
      GroupCommand.Add.class,
      GroupCommand.Remove.class,
      GroupCommand.Bind.class,
      GroupCommand.Unbind.class
    })
final class GroupCommand implements Runnable {
  private static final String GROUPS = "groups";
  private static final String KIND = "group";
  private static final String NAME_OR_ID = "A group's name or id.";
  private static final List<Column> COLUMNS =
      List.of(Column.of("ID", "id"), Column.of("NAME", "name"));

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Do what? group list, create, add, remove, bind or unbind.");
  }

  private static String members(OneAccount account, String group) {
    return GROUPS + "/" + account.idOf(GROUPS, KIND, group) + "/users";
  }

  @Command(
      name = "list",
      description = "Lists the groups of the account, or the members of one.",
      mixinStandardHelpOptions = true)
  static final class All implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = "GROUP", arity = "0..1", description = NAME_OR_ID)
    private @Nullable String group;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      in.run(account -> {
        Output output = in.output(spec);
        if (group == null) {
          output.list(account.get(GROUPS), COLUMNS);
        } else {
          output.list(account.get(members(account, group)), UserCommand.columns(Map.of()));
        }
      });
    }
  }

  @Command(
      name = "create",
      description = "Makes a group without members.",
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = "NAME", description = "What people call it.")
    private String name = "";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      in.run(account ->
          in.output(spec).one(account.create(GROUPS, KIND, Map.of("name", name)), COLUMNS));
    }
  }

  @Command(name = "add", description = "Puts a user into a group.", mixinStandardHelpOptions = true)
  static final class Add implements Runnable {
    @Mixin private InAccount in;

    @Parameters(index = "0", paramLabel = "GROUP", description = NAME_OR_ID)
    private String group = "";

    @Parameters(
        index = "1",
        paramLabel = "USER",
        description = "A user's name or id; the id of one who is not in the account yet.")
    private String user = "";

    @Override
    public void run() {
      in.run(account -> {
        String id = account.idOf(UserCommand.USERS, UserCommand.KIND, user);
        account.create(members(account, group), UserCommand.KIND, Map.of("id", id));
      });
    }
  }

  @Command(
      name = "remove",
      description = "Takes a user out of a group.",
      mixinStandardHelpOptions = true)
  static final class Remove implements Runnable {
    @Mixin private InAccount in;

    @Parameters(index = "0", paramLabel = "GROUP", description = NAME_OR_ID)
    private String group = "";

    @Parameters(index = "1", paramLabel = "USER", description = "A user's name or id.")
    private String user = "";

    @Override
    public void run() {
      in.run(account -> {
        String id = account.idOf(UserCommand.USERS, UserCommand.KIND, user);
        account.delete(members(account, group) + "/" + id);
      });
    }
  }

  @Command(
      name = "bind",
      description = "Gives the group's members a role, instead of the one that it has.",
      mixinStandardHelpOptions = true)
  static final class Bind implements Runnable {
    @Mixin private InAccount in;
    @Mixin private RoleFlags role;

    @Parameters(paramLabel = "GROUP", description = NAME_OR_ID)
    private String group = "";

    @Override
    public void run() {
      in.run(account ->
          account.bind(KIND, account.idOf(GROUPS, KIND, group), role.role(), role.constraints()));
    }
  }

  @Command(
      name = "unbind",
      description = "Takes the group's role away.",
      mixinStandardHelpOptions = true)
  static final class Unbind implements Runnable {
    @Mixin private InAccount in;

    @Parameters(paramLabel = "GROUP", description = NAME_OR_ID)
    private String group = "";

    @Override
    public void run() {
      in.run(account -> account.unbind(KIND, account.idOf(GROUPS, KIND, group)));
    }
  }
}
