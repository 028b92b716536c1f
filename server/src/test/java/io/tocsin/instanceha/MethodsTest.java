package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every path with every method, in both URL forms, against the table of Instance HA spec §1. */
class MethodsTest {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");

  /**
   * What each method of the list above gives. {@code run}: an operation, whatever it answers;
   * {@code 404}: not routed; {@code 405}: routed and not allowed.
   */
  private static final String TABLE =
      """
      /segments                     run run 404 404 404 404 200
      /segments/1                   run 404 run run 404 404 200
      /segments/1/hosts             run run 404 404 404 404 200
      /segments/1/hosts/1           run 404 run run 404 404 200
      /notifications                run run 404 404 404 404 200
      /notifications/1              run 404 405 405 404 404 200
      /notifications/1/vmoves       run 405 404 404 404 404 200
      /notifications/1/vmoves/1     run 404 405 405 404 404 200
      /extensions                   run 405 404 404 404 404 200
      /extensions/segments          run 404 405 405 404 404 200
      /versions                     405 405 404 404 404 404 200
      /versions/v1.0                run 404 405 405 404 404 200
      /segments/1/action            404 405 404 404 404 404 200
      /notifications/1/action       404 405 404 404 404 404 200
      /segments/new                 405 404 run run 404 404 200
      /segments/1/edit              405 404 404 404 404 404 200
      /notifications/1/vmoves/new   405 404 405 405 404 404 200
      /segments/1/hosts/1/edit      405 404 404 404 404 404 200
      """;

  @Test
  void everyPathTakesTheMethodsItShould() throws Exception {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database);
        HttpClient http = HttpClient.newHttpClient()) {
      for (String line : TABLE.lines().toList()) {
        String[] cells = line.split(" +", -1);
        for (String form : List.of("/v1", "/v1/0123abc", "/v1/0-9")) {
          for (int i = 0; i < METHODS.size(); i++) {
            String outcome = outcome(http, api, METHODS.get(i), form + cells[0]);
            if (!outcome.equals(cells[i + 1])) {
              wrong.add("%s %s%s: %s".formatted(METHODS.get(i), form, cells[0], outcome));
            }
          }
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  /** Only what is routed speaks of a version. */
  private static String outcome(HttpClient http, TestApi api, String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.uri(path)).method(method, BodyPublishers.noBody()).build();
    HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
    boolean isRouted = answer.headers().firstValue(Microversion.HEADER).isPresent();
    return isRouted && answer.statusCode() != 405 ? "run" : Integer.toString(answer.statusCode());
  }
}
