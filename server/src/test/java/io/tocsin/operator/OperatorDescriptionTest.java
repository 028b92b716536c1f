package io.tocsin.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.OpenApiCoverage;
import io.tocsin.contract.OpenApiDocument;
import io.tocsin.contract.Placeholders;
import io.tocsin.contract.RecordedExchange;
import io.tocsin.contract.RoutedOperations;
import io.tocsin.http.Routes.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code openapi/operator.yaml} against the route table and against every recorded exchange,
 * which {@link OperatorContractTest} holds against the server.
 */
class OperatorDescriptionTest {
  /**
   * Answered in one place for all operations, before what is special about each. So the files show
   * each for one operation, and the answer itself has to be shown in full.
   */
  private static final List<String> ALIKE =
      List.of(" 400", " 401", " 403", " 406", " 413", " 415", " 503");

  private static final Placeholders PLACEHOLDERS =
      new Placeholders(Map.of("<time>", "2031-03-14T10:00:00.000Z", "<server>", "127.0.0.1:15868"));

  private static final RoutedOperations OPERATIONS = operations();

  private final OpenApiCoverage coverage =
      new OpenApiCoverage(OpenApiDocument.read("/openapi/operator.yaml"), OPERATIONS);

  @Test
  void describesEveryRouteAndNothingElse() {
    assertThat(coverage.differencesFromRoutes()).isEmpty();
  }

  @Test
  void letsNoPropertyPassThatItDoesNotName() {
    assertThat(coverage.openSchemas()).isEmpty();
  }

  @Test
  void describesEveryRecordedExchange() {
    assertThat(exchanges().stream().flatMap(it -> coverage.complaints(it).stream())).isEmpty();
  }

  @Test
  void describesNothingThatNoExchangeShows() {
    exchanges().forEach(coverage::complaints);

    assertThat(coverage.unshown())
        .filteredOn(it -> ALIKE.stream().noneMatch(it::endsWith))
        .isEmpty();
  }

  private static List<RecordedExchange> exchanges() {
    return RecordedExchange.in(OperatorContractTest.DIRECTORY, PLACEHOLDERS);
  }

  private static RoutedOperations operations() {
    try (TestOperators server = new TestOperators()) {
      List<Route<Boolean>> routes =
          server.routes().stream().map(it -> new Route<>(it.method(), it.pattern(), true)).toList();
      return new RoutedOperations(routes, it -> it, it -> it);
    }
  }
}
