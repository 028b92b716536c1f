package io.tocsin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.ContractFile.Part;
import io.tocsin.http.Json;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one contract file and compares the answers, or writes them anew. */
public final class Dialogue {
  private static final boolean RECORDS = Boolean.getBoolean("contract.record");
  private static final Set<String> LISTENERS_OWN = Set.of("date", "content-length", "connection");
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** {@code <x*1000>}: a thousand of them. */
  private static final Pattern REPEATED = Pattern.compile("<(.)\\*(\\d+)>");

  private final Server server;
  private final Wording wording;
  private final String wholeFile;

  /** What stands in the file for what differs from run to run. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /** Who answers. */
  public interface Server {
    Answer send(String method, String path, @Nullable String body, String... fields);
  }

  public record Answer(int status, HttpHeaders headers, String body) {}

  /**
   * How an API's answers are made the same in every run.
   *
   * @param scrub takes away what is worth no name, as moments are
   * @param named by kind, what is called {@code <kind-1>} and so on; ids are named in any case
   */
  public record Wording(UnaryOperator<String> scrub, Map<String, Pattern> named) {}

  /**
   * Not yet begun.
   *
   * @param given what stands in the file for what: {@code <rosa>} for a user's id
   * @param wholeFile ids that stand in it are left as they are
   */
  public Dialogue(Server server, Wording wording, Map<String, String> given, String wholeFile) {
    this.server = server;
    this.wording = wording;
    this.wholeFile = wholeFile;
    names.putAll(given);
  }

  /** Sends it; answers it as it is to be written. */
  public Part replay(Part.Exchange exchange) {
    String answer = answer(exchange.request());
    if (!RECORDS) {
      assertThat(answer).as(exchange.title()).isEqualTo(exchange.answer());
    }
    return new Part.Exchange(exchange.title(), exchange.comment(), exchange.request(), answer);
  }

  private String answer(String request) {
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
        server.send(methodAndPath[0], methodAndPath[1], body, fields.toArray(String[]::new)));
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
      text.append("\n\n").append(ContractFile.pretty(Json.parse(body)));
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
    String result = wording.scrub().apply(text);
    for (Map.Entry<String, String> it : names.entrySet()) {
      result = result.replace(it.getValue(), it.getKey());
    }
    for (Map.Entry<String, Pattern> it : wording.named().entrySet()) {
      result = named(it.getValue(), it.getKey(), result, value -> value.startsWith("<"));
    }
    return named(ID, "id", result, wholeFile::contains);
  }

  private String named(Pattern pattern, String kind, String text, Predicate<String> isKnown) {
    return pattern
        .matcher(text)
        .replaceAll(it ->
            Matcher.quoteReplacement(
                isKnown.test(it.group()) ? it.group() : name(kind, it.group())));
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

  /** Writes the file anew, where that is asked for. */
  public static void record(Path file, ContractFile of, List<Part> parts) {
    if (RECORDS) {
      new ContractFile(of.preamble(), parts).write(file);
    }
  }
}
