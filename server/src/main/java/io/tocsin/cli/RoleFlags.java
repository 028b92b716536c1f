package io.tocsin.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of whatever gives a role. */
final class RoleFlags {
  @Option(names = "--role", required = true, paramLabel = "ROLE", description = UserCommand.ROLES)
  private String role = "";

  @Option(
      names = "--constraint",
      paramLabel = "TEXT",
      description = {
        "Narrows the role: *, or namespaces:id='UUID'; may be repeated.",
        "Default: as it was, or not at all."
      })
  private @Nullable List<String> constraints;

  String role() {
    return role;
  }

  /** Null where they are to stay as they are. */
  @Nullable List<String> constraints() {
    return constraints;
  }
}
