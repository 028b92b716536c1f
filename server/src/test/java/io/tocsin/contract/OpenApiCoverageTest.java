package io.tocsin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.ContractFile.Part;
import io.tocsin.http.Routes.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiCoverageTest {
  private static final String DOCUMENT =
      """
      openapi: 3.1.0
      info: { title: Bells, version: '1' }
      paths:
        /bells/{bell}:
          get:
            parameters:
              - { name: bell, in: path, required: true, schema: { type: string } }
              - { name: tone, in: query, schema: { type: string } }
            responses:
              '200': { $ref: '#/components/responses/Bell' }
              '404': { description: No such bell. }
              default: { description: Trouble. }
          put:
            requestBody:
              content:
                application/json:
                  schema: { $ref: '#/components/schemas/Bell' }
            responses:
              '204': { description: Done. }
      x-other-requests:
        responses:
          '405': { description: Nothing is done there. }
      components:
        responses:
          Bell:
            description: The bell.
            headers:
              x-id: { required: true, schema: { type: string, pattern: '^[0-9]+$' } }
            content:
              application/json:
                schema: { $ref: '#/components/schemas/Bell' }
        schemas:
          Bell:
            type: object
            additionalProperties: false
            required: [name]
            properties:
              name: { type: string }
              tone: { type: [string, 'null'] }
              metal: { type: string, enum: [bronze, iron] }
      """;

  private static final String BELL = "#/components/schemas/Bell/properties/";
  private static final String GOOD =
      "HTTP/1.1 200\ncontent-type: application/json; charset=UTF-8\nx-id: 1\n\n";

  private final OpenApiCoverage coverage = coverage("GET", "PUT");

  private static OpenApiCoverage coverage(String... methods) {
    List<Route<Boolean>> routes = new ArrayList<>();
    for (String method : methods) {
      routes.add(new Route<>(method, "/bells/{bell:[a-z]+}", true));
    }
    routes.add(new Route<>("POST", "/bells/{bell:[a-z]+}", false));
    return new OpenApiCoverage(
        new OpenApiDocument(DOCUMENT), new RoutedOperations(routes, it -> it, it -> it));
  }

  private List<String> complaints(String request, String answer) {
    return coverage.complaints(
        RecordedExchange.of(
            "It", new Part.Exchange("", "", request, answer), new Placeholders(Map.of())));
  }

  @Test
  void findsNothingWhereAllIsAsDescribed() {
    assertThat(complaints("GET /bells/great", GOOD + "{\"name\": \"<x*3>\", \"tone\": null}"))
        .isEmpty();
    assertThat(complaints("GET /bells/none", "HTTP/1.1 404")).isEmpty();
    assertThat(complaints("POST /bells/great", "HTTP/1.1 405")).isEmpty();
    assertThat(complaints("PUT /bells/great\n\n{\"name\": \"a\"}", "HTTP/1.1 204")).isEmpty();
  }

  @Test
  void complainsOfAStatus() {
    assertThat(complaints("GET /bells/great", "HTTP/1.1 500"))
        .containsExactly("It: GET /bells/{bell} is not described to answer 500");
    assertThat(complaints("GET /towers", "HTTP/1.1 404"))
        .containsExactly("It: x-other-requests is not described to answer 404");
  }

  @Test
  void complainsOfAnUndescribedProperty() {
    assertThat(complaints("GET /bells/great", GOOD + "{\"name\": \"a\", \"weight\": 1}"))
        .singleElement()
        .asString()
        .contains("GET /bells/{bell} answers 200 otherwise", "weight");
  }

  @Test
  void complainsOfAMissingProperty() {
    assertThat(complaints("GET /bells/great", GOOD + "{\"tone\": null}"))
        .singleElement()
        .asString()
        .contains("name");
  }

  @Test
  void complainsOfAValueOfAnotherKind() {
    assertThat(complaints("GET /bells/great", GOOD + "{\"name\": \"a\", \"metal\": \"gold\"}"))
        .singleElement()
        .asString()
        .contains("/metal", "iron");
  }

  @Test
  void complainsOfHeaders() {
    assertThat(
            complaints(
                "GET /bells/great",
                "HTTP/1.1 200\ncontent-type: application/json\nx-more: 1\n\n{\"name\": \"a\"}"))
        .containsExactly(
            "It: GET /bells/{bell} answers 200 without x-id",
            "It: GET /bells/{bell} is not described to answer 200 with x-more");
    assertThat(complaints("GET /bells/great", GOOD.replace("1\n\n", "a\n\n") + "{\"name\": \"a\"}"))
        .singleElement()
        .asString()
        .contains("x-id");
  }

  @Test
  void complainsOfContent() {
    assertThat(complaints("GET /bells/great", "HTTP/1.1 200\nx-id: 1"))
        .containsExactly("It: GET /bells/{bell} answers 200 without content");
    assertThat(
            complaints("GET /bells/great", "HTTP/1.1 200\ncontent-type: text/xml\nx-id: 1\n\n<a/>"))
        .containsExactly("It: GET /bells/{bell} is not described to answer 200 in text/xml");
    assertThat(complaints("GET /bells/a", "HTTP/1.1 404\ncontent-type: text/plain\n\nno"))
        .containsExactly("It: GET /bells/{bell} is not described to answer 404 in text/plain");
  }

  @Test
  void complainsOfARequestThatWasGrantedAgainstTheDescription() {
    assertThat(complaints("PUT /bells/great\n\n{\"weight\": 1, \"name\": \"a\"}", "HTTP/1.1 204"))
        .singleElement()
        .asString()
        .contains("PUT /bells/{bell} takes what is not described", "weight");
  }

  @Test
  void saysWhatWasNotShown() {
    assertThat(coverage.unshown())
        .containsExactlyInAnyOrder(
            "GET /bells/{bell} 200",
            "GET /bells/{bell} 404",
            "GET /bells/{bell} ?tone",
            "PUT /bells/{bell} 204",
            "x-other-requests 405",
            "#/components/responses/Bell as application/json",
            "#/components/responses/Bell with x-id",
            BELL + "name",
            BELL + "tone",
            BELL + "tone as string",
            BELL + "tone as null",
            BELL + "metal",
            BELL + "tone left out",
            BELL + "metal left out",
            BELL + "metal as bronze",
            BELL + "metal as iron");

    complaints(
        "GET /bells/great?tone=a%20",
        GOOD + "{\"name\": \"a\", \"tone\": \"b\", \"metal\": \"iron\"}");
    complaints("PUT /bells/great\n\n{\"name\": \"a\"}", "HTTP/1.1 204");

    assertThat(coverage.unshown())
        .containsExactlyInAnyOrder(
            "GET /bells/{bell} 404",
            "x-other-requests 405",
            BELL + "tone as null",
            BELL + "metal as bronze");
  }

  @Test
  void aWrongAnswerShowsNothingOfItsBody() {
    complaints("GET /bells/great", GOOD + "{\"name\": \"a\", \"weight\": 1}");

    assertThat(coverage.unshown()).contains(BELL + "name");
  }

  @Test
  void comparesWithTheRoutes() {
    assertThat(coverage.differencesFromRoutes()).isEmpty();
    assertThat(coverage("GET", "DELETE").differencesFromRoutes())
        .containsExactly(
            "DELETE /bells/{bell} is not described",
            "PUT /bells/{bell} is described, and no route does it");
  }

  @Test
  void findsOpenSchemas() {
    assertThat(coverage.openSchemas()).isEmpty();
    OpenApiDocument open =
        new OpenApiDocument(DOCUMENT.replace("additionalProperties: false", "title: Bell"));
    assertThat(
            new OpenApiCoverage(open, new RoutedOperations(List.of(), it -> it, it -> it))
                .openSchemas())
        .containsExactly("#/components/schemas/Bell");
  }
}
