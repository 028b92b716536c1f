package io.tocsin.cli;

import io.tocsin.app.ListenAddress;
import io.tocsin.app.Settings;
import io.tocsin.app.StartRefusedException;
import io.tocsin.openstack.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of everything that calls a running server's account API or the operators'. */
final class AccountFlags {
  static final String TOKEN_VARIABLE = "TOCSIN_TOKEN";

  static final String OPERATOR_TOKEN = "operator-token";
  static final Path DEMO_DATA = Path.of("demo-data");

  @Mixin private SettingsFlags settings;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "Where the server answers. Default: where the settings say that it listens.")
  private @Nullable URI api;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "Holds the bearer token. Default: the token in TOCSIN_TOKEN, or else that of the",
        "operators in the data directory, or else in the demo's."
      })
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "PEM; whose certificates a server with https may show.")
  private @Nullable Path caFile;

  @Option(names = "--json", description = "Prints the API's own documents.")
  private boolean isJson;

  boolean isJson() {
    return isJson;
  }

  AccountClient connect() {
    URI url = api == null ? usualUrl() : base(api);
    return new AccountClient(url, token(), Trust.in(caFile));
  }

  private static URI base(URI given) {
    if (given.getScheme() == null || !given.getScheme().matches("https?")) {
      throw new StartRefusedException(
          "--api: '%s' is no URL with http or https, such as http://127.0.0.1:15868"
              .formatted(given));
    }
    return given;
  }

  private URI usualUrl() {
    Settings all = settings.load(Map.of("log.level", "warn"));
    ListenAddress listen = all.listen();
    String host =
        switch (listen.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> listen.host();
        };
    String scheme = all.http().tls() == null ? "http://" : "https://";
    return URI.create(scheme + new ListenAddress(host, listen.port()));
  }

  private String token() {
    if (tokenFile != null) {
      return read(tokenFile);
    }
    String variable = System.getenv(TOKEN_VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return checked(variable.strip(), TOKEN_VARIABLE);
    }
    Path data = settings.load(Map.of("log.level", "warn")).data();
    for (Path directory : List.of(data, DEMO_DATA)) {
      Path file = directory.resolve(OPERATOR_TOKEN);
      if (Files.exists(file)) {
        return read(file);
      }
    }
    throw new StartRefusedException(
        "No token: there is no %s in %s or %s; --token-file FILE or %s gives one"
            .formatted(OPERATOR_TOKEN, data, DEMO_DATA, TOKEN_VARIABLE));
  }

  /** The token in that file. Throws {@link StartRefusedException}. */
  static String read(Path file) {
    try {
      return checked(Files.readString(file).strip(), file.toString());
    } catch (IOException e) {
      throw new StartRefusedException(
          "%s cannot be read; --token-file FILE or %s gives a token"
              .formatted(file, TOKEN_VARIABLE),
          e);
    }
  }

  /** Anything else could not be put into a header, and its text must not get into a message. */
  private static String checked(String token, String source) {
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new StartRefusedException(source + " does not hold a token, and nothing else");
    }
    return token;
  }
}
