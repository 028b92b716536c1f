package io.tocsin.contract;

import io.tocsin.contract.ContractFile.Part;
import io.tocsin.http.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One request and its answer, with values where the file has names.
 *
 * @param title says where it stands
 * @param parameters the names of the query's, decoded
 * @param sent the request's body, empty where there is none
 */
public record RecordedExchange(
    String title,
    String method,
    String path,
    Set<String> parameters,
    Headers asked,
    String sent,
    int status,
    Headers headers,
    String body) {

  /** All that stand in the files of a directory. */
  public static List<RecordedExchange> in(Path directory, Placeholders placeholders) {
    List<RecordedExchange> all = new ArrayList<>();
    for (Path file : ContractFile.in(directory)) {
      for (Part part : ContractFile.read(file).parts()) {
        if (part instanceof Part.Exchange exchange) {
          String title = "%s '%s'".formatted(file.getFileName(), exchange.title());
          all.add(of(title, exchange, placeholders));
        }
      }
    }
    return all;
  }

  static RecordedExchange of(String title, Part.Exchange exchange, Placeholders placeholders) {
    Message request = Message.of(placeholders.filled(exchange.request()));
    Message answer = Message.of(placeholders.filled(exchange.answer()));
    String[] methodAndUrl = request.firstLine().split(" ", 2);
    String[] pathAndQuery = methodAndUrl[1].split("\\?", 2);
    return new RecordedExchange(
        title,
        methodAndUrl[0],
        pathAndQuery[0],
        pathAndQuery.length == 1 ? Set.of() : names(pathAndQuery[1]),
        request.headers(),
        request.body(),
        Integer.parseInt(answer.firstLine().split(" ", 3)[1]),
        answer.headers(),
        answer.body());
  }

  private static Set<String> names(String query) {
    Set<String> names = new LinkedHashSet<>();
    for (String parameter : query.split("&", -1)) {
      names.add(URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8));
    }
    return names;
  }

  private record Message(String firstLine, Headers headers, String body) {
    static Message of(String text) {
      String[] headAndBody = text.split("\n\n", 2);
      List<String> head = headAndBody[0].lines().toList();
      Headers headers = Headers.NONE;
      for (String field : head.subList(1, head.size())) {
        String[] nameAndValue = field.split(":", 2);
        headers = headers.with(nameAndValue[0].strip(), nameAndValue[1].strip());
      }
      return new Message(head.getFirst(), headers, headAndBody.length == 1 ? "" : headAndBody[1]);
    }
  }
}
