package io.tocsin.cli;

import io.tocsin.app.Logging;
import io.tocsin.app.Settings;
import io.tocsin.app.SettingsLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of everything that reads the configuration. */
final class SettingsFlags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings; by default tocsin.yaml in the current directory if there is one.")
  private @Nullable Path config;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where the API listens; port 0 takes a free one. Default: 127.0.0.1:15868.")
  private @Nullable String listen;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Holds the embedded database's files and the operators' token.")
  private @Nullable String data;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Any other setting; may be repeated. See: tocsin config list.")
  private Map<String, String> others = new LinkedHashMap<>();

  /**
   * The settings in force.
   *
   * @param defaults by name, where a command's differ from the usual ones
   */
  Settings load(Map<String, String> defaults) {
    return load(defaults, Map.of());
  }

  /**
   * As {@link #load(Map)}.
   *
   * @param over what is put over everything, by name
   */
  Settings load(Map<String, String> defaults, Map<String, String> over) {
    Map<String, String> flags = new HashMap<>(others);
    if (listen != null) {
      flags.put("listen", listen);
    }
    if (data != null) {
      flags.put("data", data);
    }
    flags.putAll(over);
    Settings settings = SettingsLoader.load(config, defaults, System.getenv(), flags);
    Logging.start(settings.logLevel());
    return settings;
  }
}
