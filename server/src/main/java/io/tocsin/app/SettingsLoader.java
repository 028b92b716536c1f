package io.tocsin.app;

import io.tocsin.store.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Gathers settings from defaults, file, environment and flags; each overrides those before it.
 * Whatever is unknown, misspelt, without its unit or out of range is refused, all at once.
 */
public final class SettingsLoader {
  /** Read when it exists and no other file is named. */
  static final Path USUAL_FILE = Path.of("tocsin.yaml");

  private static final String PREFIX = "TOCSIN_";

  /** Variables with our prefix that are no settings: the launcher's, and the file's name. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("TOCSIN_CONFIG", "TOCSIN_JAVA_OPTS", "TOCSIN_JDK_DIRS", "TOCSIN_TOKEN");

  /** Kubernetes sets such variables for a service named tocsin; they say nothing about us. */
  private static final String KUBERNETES = "TOCSIN_(SERVICE|PORT)(_.*)?";

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final List<String> problems = new ArrayList<>();
  private final Map<String, Value> values = new HashMap<>();

  /** A setting's text and who set it, for messages. */
  private record Value(String text, String source) {}

  private SettingsLoader() {}

  /**
   * Loads the settings.
   *
   * @param file the file somebody named; null takes {@code TOCSIN_CONFIG}, then {@code tocsin.yaml}
   *     in the current directory if there is one
   * @param defaults texts by setting name, where they are not the usual ones
   * @param flags texts by setting name
   * @throws SettingsException with every problem
   */
  public static Settings load(
      @Nullable Path file,
      Map<String, String> defaults,
      Map<String, String> environment,
      Map<String, String> flags) {
    SettingsLoader loader = new SettingsLoader();
    Catalogue.ALL.forEach(s -> loader.values.put(s.name(), new Value(s.fallback(), "default")));
    defaults.forEach((name, text) -> loader.add(name, text, "default"));
    loader.addFile(file, environment);
    loader.addEnvironment(environment);
    flags.forEach((name, text) -> loader.add(name, text, "flag"));
    Catalogue.ALL.forEach(loader::check);
    loader.stopIfAnyProblem();

    Map<String, String> texts = new HashMap<>();
    loader.values.forEach((name, value) -> texts.put(name, value.text()));
    SettingTexts effective = new SettingTexts(texts);
    loader.problems.addAll(Catalogue.contradictions(effective));
    loader.stopIfAnyProblem();
    return Settings.of(effective);
  }

  private void addFile(@Nullable Path named, Map<String, String> environment) {
    String fromEnvironment = environment.getOrDefault("TOCSIN_CONFIG", "");
    Path file = named != null ? named : Path.of(fromEnvironment);
    if (file.toString().isEmpty()) {
      if (!Files.exists(USUAL_FILE)) {
        return;
      }
      file = USUAL_FILE;
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      problems.add(file + ": no such file, or it cannot be read");
      return;
    }
    try {
      JsonNode root = YAML.readTree(file);
      if (root.isObject()) {
        addTree("", root, file.toString());
      } else if (!root.isMissingNode() && !root.isNull()) {
        problems.add(file + ": expected settings, one 'name: value' a line");
      }
    } catch (JacksonException e) {
      // Only the place: the parser's message quotes the file, and secrets with it.
      problems.add(
          "%s: not valid YAML at line %d, column %d"
              .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private void addTree(String prefix, JsonNode node, String source) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String name = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        addTree(name + ".", value, source);
      } else if (value.isArray()) {
        problems.add("%s: expected one value, not a list (%s)".formatted(name, source));
      } else if (!value.isNull()) {
        add(name, value.asString(), source);
      } else if (isKnown(name)) {
        problems.add("%s: has no value (%s)".formatted(name, source));
      }
    }
  }

  private void addEnvironment(Map<String, String> environment) {
    Map<String, Setting<?>> byVariable = new HashMap<>();
    Catalogue.ALL.forEach(s -> byVariable.put(s.environmentName(), s));
    environment.forEach((variable, text) -> {
      if (!variable.startsWith(PREFIX)
          || OTHER_VARIABLES.contains(variable)
          || variable.matches(KUBERNETES)) {
        return;
      }
      Setting<?> setting = byVariable.get(variable);
      if (setting == null) {
        String nearest = Suggestion.nearest(variable, byVariable.keySet());
        problems.add(
            "unknown environment variable %s; did you mean %s?".formatted(variable, nearest));
      } else {
        add(setting.name(), text, variable);
      }
    });
  }

  private void add(String name, String text, String source) {
    if (isKnown(name)) {
      values.put(name, new Value(text, source));
    } else {
      Set<String> names = values.keySet();
      problems.add(
          "unknown setting '%s' (%s); did you mean '%s'?"
              .formatted(name, source, Suggestion.nearest(name, names)));
    }
  }

  private boolean isKnown(String name) {
    return values.containsKey(name);
  }

  private void check(Setting<?> setting) {
    Value value = values.get(setting.name());
    if (value == null) {
      throw new IllegalStateException("every setting has a value, if only its default");
    }
    if (value.text().isEmpty() && setting.fallback().isEmpty()) {
      return;
    }
    try {
      Object _ = setting.parser().apply(value.text());
    } catch (IllegalArgumentException e) {
      boolean isHidden = setting.isSecret() || e instanceof UnquotableException;
      String shown = isHidden ? "***" : value.text();
      problems.add(
          "%s: '%s' (%s): %s".formatted(setting.name(), shown, value.source(), e.getMessage()));
    }
  }

  private void stopIfAnyProblem() {
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }
}
