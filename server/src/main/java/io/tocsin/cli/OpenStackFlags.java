package io.tocsin.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How to log on to somebody else's Keystone, with the names of all OpenStack clients. Secrets come
 * from the environment alone: every user of the machine can read the flags of a process.
 */
final class OpenStackFlags {
  @Option(
      names = "--os-auth-url",
      paramLabel = "URL",
      description = {
        "The source's Keystone; default OS_AUTH_URL. Secrets only from the environment: OS_PASSWORD,",
        "OS_APPLICATION_CREDENTIAL_SECRET, or OS_TOKEN with a token that you have."
      })
  private @Nullable String authUrl;

  @Option(names = "--os-username", paramLabel = "NAME", description = "Default: OS_USERNAME.")
  private @Nullable String username;

  @Option(
      names = "--os-user-domain-name",
      paramLabel = "NAME",
      description = "Default: OS_USER_DOMAIN_NAME, then Default.")
  private @Nullable String userDomain;

  @Option(
      names = "--os-project-name",
      paramLabel = "NAME",
      description = "Default: OS_PROJECT_NAME.")
  private @Nullable String project;

  @Option(
      names = "--os-project-domain-name",
      paramLabel = "NAME",
      description = "Default: OS_PROJECT_DOMAIN_NAME, then Default.")
  private @Nullable String projectDomain;

  @Option(
      names = "--os-application-credential-id",
      paramLabel = "ID",
      description = "Default: OS_APPLICATION_CREDENTIAL_ID.")
  private @Nullable String applicationCredential;

  @Option(
      names = "--os-region-name",
      paramLabel = "NAME",
      description = "Where the catalog has several; default OS_REGION_NAME.")
  private @Nullable String region;

  @Option(
      names = "--os-interface",
      paramLabel = "NAME",
      description = "public, internal or admin; default OS_INTERFACE, then public.")
  private @Nullable String side;

  @Option(
      names = "--os-cacert",
      paramLabel = "FILE",
      description =
          "Authorities of the source's and its Keystone's certificates; default OS_CACERT.")
  private @Nullable String caFile;

  /** The variables of the environment that concern OpenStack, overridden by the flags. */
  Map<String, String> variables(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>();
    environment.forEach((name, text) -> {
      if (name.startsWith("OS_")) {
        variables.put(name, text);
      }
    });
    put(variables, "OS_AUTH_URL", authUrl);
    put(variables, "OS_USERNAME", username);
    put(variables, "OS_USER_DOMAIN_NAME", userDomain);
    put(variables, "OS_PROJECT_NAME", project);
    put(variables, "OS_PROJECT_DOMAIN_NAME", projectDomain);
    put(variables, "OS_APPLICATION_CREDENTIAL_ID", applicationCredential);
    put(variables, "OS_REGION_NAME", region);
    put(variables, "OS_INTERFACE", side);
    put(variables, "OS_CACERT", caFile);
    return variables;
  }

  private static void put(Map<String, String> variables, String name, @Nullable String text) {
    if (text != null) {
      variables.put(name, text);
    }
  }
}
