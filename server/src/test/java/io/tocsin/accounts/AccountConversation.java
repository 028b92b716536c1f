package io.tocsin.accounts;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;

/** Sends the requests of one contract file and writes the answers as such files hold them. */
final class AccountConversation {
  private static final Set<String> LISTENERS_OWN = Set.of("date", "content-length", "connection");
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern TOKEN = Pattern.compile("(?<=\"continue\" : \")[^\"]+");
  private static final Pattern TIME =
      Pattern.compile("((?:creation|modification)Timestamp\" : \")[^\"]+");
  private static final Pattern TAG = Pattern.compile("(etag: )\"[0-9a-f]{32}\"");
  private static final Pattern CORRELATION = Pattern.compile("(correlationID\" : \")[^\"]+");

  private static final ObjectWriter PRETTY =
      Json.mapper()
          .writer()
          .with(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private final AccountClient client;
  private final String server;
  private final String wholeFile;

  /** What stands in the file for what differs from run to run. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /**
   * A conversation not yet begun.
   *
   * @param given what stands in the file for what: {@code <rosa>} for a user's id
   * @param wholeFile ids that stand in it are left as they are
   */
  AccountConversation(
      AccountClient client, String server, Map<String, String> given, String wholeFile) {
    this.client = client;
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
        client.send(methodAndPath[0], null, methodAndPath[1], body, fields.toArray(String[]::new)));
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
    boolean isProblem = answer.header("Content-Type").equals(Problems.MEDIA_TYPE);
    return encoded(text.toString(), isProblem).strip();
  }

  private String decoded(String text) {
    String result = text;
    for (Map.Entry<String, String> it : names.entrySet()) {
      result = result.replace(it.getKey(), it.getValue());
    }
    return result;
  }

  private String encoded(String text, boolean isProblem) {
    String result = text.replace(server, "http://<server>");
    if (isProblem) {
      result = CORRELATION.matcher(result).replaceAll("$1<uuid>");
    }
    result = TIME.matcher(result).replaceAll("$1<time>");
    result = TAG.matcher(result).replaceAll("$1\"<md5>\"");
    for (Map.Entry<String, String> it : names.entrySet()) {
      result = result.replace(it.getValue(), it.getKey());
    }
    result = named(TOKEN, "token", result, _ -> false);
    return named(ID, "id", result, wholeFile::contains);
  }

  private interface Known {
    boolean is(String value);
  }

  private String named(Pattern pattern, String kind, String text, Known known) {
    Matcher matcher = pattern.matcher(text);
    UnaryOperator<String> name =
        value -> known.is(value) || value.startsWith("<") ? value : name(kind, value);
    return matcher.replaceAll(it -> Matcher.quoteReplacement(name.apply(it.group())));
  }

  private String name(String kind, String value) {
    for (Map.Entry<String, String> it : names.entrySet()) {
      if (it.getValue().equals(value)) {
        return it.getKey();
      }
    }
    long met = names.keySet().stream().filter(it -> it.startsWith("<" + kind + "-")).count();
    String name = "<%s-%d>".formatted(kind, met + 1);
    names.put(name, value);
    return name;
  }
}
