package io.tocsin.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The flags of everything that uses the operators' API, and how it is used. */
final class Operating {
  @Mixin private AccountFlags flags;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  boolean isJson() {
    return flags.isJson();
  }

  Output output() {
    return new Output(spec.commandLine().getOut(), flags.isJson());
  }

  /** A text as it comes. */
  void print(String text) {
    spec.commandLine().getOut().println(text);
  }

  void run(Consumer<AccountClient> work) {
    try (AccountClient client = flags.connect()) {
      work.accept(client);
    }
  }

  /** Asks for something below {@code /operator/v1/}. */
  static JsonNode get(AccountClient client, String rest) {
    return client.get(AccountClient.OPERATOR + "/" + rest);
  }

  /** The same with those parameters; what is null is left out. */
  static JsonNode get(AccountClient client, String rest, Map<String, @Nullable String> parameters) {
    StringBuilder path = new StringBuilder(rest);
    char separator = '?';
    for (Map.Entry<String, @Nullable String> it : parameters.entrySet()) {
      String value = it.getValue();
      if (value != null) {
        path.append(separator).append(it.getKey()).append('=').append(escaped(value));
        separator = '&';
      }
    }
    return get(client, path.toString());
  }

  static JsonNode post(AccountClient client, String rest, ObjectNode body) {
    return client.call("POST", AccountClient.OPERATOR + "/" + rest, body);
  }

  /** As an element of a path, or a value in a query. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static ObjectNode body(String name, String value) {
    return JsonMapper.shared().createObjectNode().put(name, value);
  }

  /** Parameters in that order. */
  static Map<String, @Nullable String> parameters() {
    return new LinkedHashMap<>();
  }
}
