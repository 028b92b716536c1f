package io.tocsin.cli;

import io.tocsin.app.Settings;
import io.tocsin.http.Json;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Policy;
import io.tocsin.identity.Scope;
import io.tocsin.identity.Verdict;
import io.tocsin.store.Suggestion;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows and tries the policy. */
@Command(
    name = "policy",
    description = "Shows who may do what.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PolicyCommand.Show.class, PolicyCommand.Check.class})
final class PolicyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Do what? policy show, or policy check.");
  }

  /** Which policy is meant. */
  static final class Source {
    @Mixin private SettingsFlags flags;

    @Option(
        names = "--file",
        paramLabel = "POLICY",
        description = "Rules to look at instead of those that the configuration names.")
    private @Nullable Path file;

    Policy policy(PrintWriter notes) {
      Settings settings = flags.load(Map.of());
      if (!settings.asksCallers()) {
        notes.println("note: auth.mode is none, so everybody may do everything");
      }
      return file == null ? settings.policy() : Policy.read(file);
    }
  }

  @Command(
      name = "show",
      description = {
        "Prints the rules in force as YAML, fit to be a policy file.",
        "Those that a file has changed or added are marked."
      },
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    @Mixin private Source source;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      PrintWriter out = spec.commandLine().getOut();
      for (Policy.Rule rule : source.policy(spec.commandLine().getErr()).rules()) {
        out.println(
            "%s: %s%s".formatted(Json.write(rule.name()), Json.write(rule.text()), mark(rule)));
      }
    }

    private static String mark(Policy.Rule rule) {
      if (!rule.isFromFile()) {
        return "";
      }
      return rule.builtIn() == null ? "  # added" : "  # changed; was " + rule.builtIn();
    }
  }

  @Command(
      name = "check",
      description = {
        "Says what a caller may do, and why.",
        "With --rule the exit code is 0 when allowed and 1 when denied."
      },
      mixinStandardHelpOptions = true)
  static final class Check implements Callable<Integer> {
    @Mixin private Source source;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        description = "A role of the caller; may be repeated.")
    private List<String> roles = List.of();

    @Option(names = "--user", paramLabel = "ID", description = "The caller's user id.")
    private String user = "somebody";

    @ArgGroup private @Nullable ScopeFlags scope;

    @Option(
        names = "--service-role",
        paramLabel = "ROLE",
        description = "A role of a service that passes the call on; may be repeated.")
    private List<String> serviceRoles = List.of();

    @Option(names = "--rule", paramLabel = "NAME", description = "Only this rule.")
    private @Nullable String rule;

    @Spec private CommandSpec spec;

    /** Of the caller's token; one of them. */
    static final class ScopeFlags {
      @Option(names = "--project", paramLabel = "ID", description = "The token is of this project.")
      private @Nullable String project;

      @Option(names = "--domain", paramLabel = "ID", description = "The token is of this domain.")
      private @Nullable String domain;

      @Option(names = "--system", description = "The token is of the whole system.")
      private boolean system;
    }

    @Override
    public Integer call() {
      Policy policy = source.policy(spec.commandLine().getErr());
      Caller caller = caller();
      if (rule != null) {
        require(policy, rule);
        return print(rule, policy.check(rule, caller, caller.target()))
            ? ExitCode.OK
            : ExitCode.SOFTWARE;
      }
      for (Policy.Rule each : policy.rules()) {
        if (each.isOfTheApi()) {
          print(each.name(), policy.check(each.name(), caller, caller.target()));
        }
      }
      return ExitCode.OK;
    }

    private void require(Policy policy, String name) {
      List<String> names = policy.rules().stream().map(Policy.Rule::name).toList();
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "There is no rule '%s'; did you mean '%s'?"
                .formatted(name, Suggestion.nearest(name, names)));
      }
    }

    private boolean print(String name, Verdict verdict) {
      spec.commandLine()
          .getOut()
          .println(
              "%-7s  %s: %s"
                  .formatted(verdict.isAllowed() ? "allowed" : "denied", name, verdict.because()));
      return verdict.isAllowed();
    }

    private Caller caller() {
      Caller.User somebody = new Caller.User(user, user, null);
      return serviceRoles.isEmpty()
          ? new Caller(somebody, scope(), Set.copyOf(roles), null)
          : new Caller(
              somebody,
              scope(),
              Set.copyOf(roles),
              new Caller(
                  new Caller.User("service", "service", null),
                  new Scope.Nothing(),
                  Set.copyOf(serviceRoles),
                  null));
    }

    private Scope scope() {
      if (scope == null) {
        return new Scope.Nothing();
      }
      if (scope.project != null) {
        return new Scope.Project(scope.project, null, true);
      }
      if (scope.domain != null) {
        return new Scope.Domain(scope.domain);
      }
      return scope.system ? new Scope.Everything() : new Scope.Nothing();
    }
  }
}
