package io.tocsin.cli;

import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The flags of everything that happens in one account. */
final class InAccount {
  @Mixin private AccountFlags flags;

  @Option(
      names = "--account",
      required = true,
      paramLabel = "ACCOUNT",
      description = "'operators', an account's id, a Keystone project's id, or a name.")
  private String account = "";

  boolean isJson() {
    return flags.isJson();
  }

  Output output(CommandSpec spec) {
    return new Output(spec.commandLine().getOut(), flags.isJson());
  }

  /** Does something in the account. */
  void run(Consumer<OneAccount> work) {
    try (AccountClient client = flags.connect()) {
      work.accept(new OneAccount(client, Named.account(client, account)));
    }
  }
}
