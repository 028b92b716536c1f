package io.tocsin.operator;

import io.tocsin.http.Json;
import io.tocsin.operator.TestOperators.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;

/** Sends the requests of one contract file and writes the answers as such files hold them. */
final class OperatorConversation {
  private static final Set<String> LISTENERS_OWN = Set.of("date", "content-length", "connection");
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");
  private static final Pattern INSTANCE = Pattern.compile("urn:uuid:[0-9a-f-]{36}");

  /** {@code <x*1000>}: a thousand of them. */
  private static final Pattern REPEATED = Pattern.compile("<(.)\\*(\\d+)>");

  private static final ObjectWriter PRETTY =
      Json.mapper()
          .writer()
          .with(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private final TestOperators server;
  private final String wholeFile;

  /** What stands in the file for what differs from run to run. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /**
   * A conversation not yet begun.
   *
   * @param given what stands in the file for what
   * @param wholeFile ids that stand in it are left as they are
   */
  OperatorConversation(TestOperators server, Map<String, String> given, String wholeFile) {
    this.server = server;
    this.wholeFile = wholeFile;
    names.putAll(given);
  }

  /** The answer to a request of the file, in the file's form. */
  String answer(String request) {
    String[] headAndBody = decoded(request).split("\n\n", 2);
    List<String> head = headAndBody[0].lines().toList();
    String[] methodAndPath = head.getFirst().split(" ", 2);
    List<String> fields = new ArrayList<>();
    for (String field : head.subList(1, head.size())) {
      String[] nameAndValue = field.split(":", 2);
      fields.addAll(List.of(nameAndValue[0].strip(), nameAndValue[1].strip()));
    }
    @Nullable String body = headAndBody.length == 1 ? null : headAndBody[1];
    return text(
        server.send(methodAndPath[0], null, methodAndPath[1], body, fields.toArray(String[]::new)));
  }

  private String text(Answer answer) {
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(answer.status());
    new TreeMap<>(answer.headers().map())
        .forEach((name, values) -> {
          if (!LISTENERS_OWN.contains(name)) {
            values.forEach(value -> text.append("\n%s: %s".formatted(name, value)));
          }
        });
    if (!answer.body().isEmpty()) {
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      text.append("\n\n").append(PRETTY.writeValueAsString(Json.parse(body)));
    }
    return encoded(text.toString()).strip();
  }

  private String decoded(String text) {
    String result = text;
    for (Map.Entry<String, String> it : names.entrySet()) {
      result = result.replace(it.getKey(), it.getValue());
    }
    return REPEATED
        .matcher(result)
        .replaceAll(
            it -> Matcher.quoteReplacement(it.group(1).repeat(Integer.parseInt(it.group(2)))));
  }

  private String encoded(String text) {
    String result = text.replace(server.uri("").toString(), "http://<server>");
    result = INSTANCE.matcher(result).replaceAll("urn:uuid:<uuid>");
    result = TIME.matcher(result).replaceAll("<time>");
    for (Map.Entry<String, String> it : names.entrySet()) {
      result = result.replace(it.getValue(), it.getKey());
    }
    return ID.matcher(result)
        .replaceAll(it ->
            Matcher.quoteReplacement(
                wholeFile.contains(it.group()) ? it.group() : name(it.group())));
  }

  private String name(String value) {
    for (Map.Entry<String, String> it : names.entrySet()) {
      if (it.getValue().equals(value)) {
        return it.getKey();
      }
    }
    long met = names.keySet().stream().filter(it -> it.startsWith("<id-")).count();
    String name = "<id-%d>".formatted(met + 1);
    names.put(name, value);
    return name;
  }
}
