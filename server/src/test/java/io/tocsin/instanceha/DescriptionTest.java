package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.OpenApiCoverage;
import io.tocsin.contract.OpenApiDocument;
import io.tocsin.contract.Placeholders;
import io.tocsin.contract.RecordedExchange;
import io.tocsin.contract.RoutedOperations;
import io.tocsin.http.Routes.Route;
import io.tocsin.store.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code openapi/instance-ha.yaml} against the route table and against every recorded
 * exchange, which {@link ContractTest} holds against the server. So a path, a status, a header or a
 * property that only one side has fails here.
 */
class DescriptionTest {
  /** In front of paths, as the route table has it; the description says it in words. */
  private static final String PROJECT = "/{project:[0-9a-f-]+}";

  /**
   * Whatever the operation, it takes some seconds until Keystone counts as away; {@code
   * outage.http} shows it for one, before the route is looked at.
   */
  private static final String OUTAGE = " 503";

  private static final Placeholders PLACEHOLDERS =
      new Placeholders(
          Map.of(
              "<time>", "2026-02-03T11:40:04.000000",
              "<server>", "127.0.0.1:15868",
              "<keystone>", "http://127.0.0.1:5000/identity",
              "<project admin>", "0123456789abcdef0123456789abcdef",
              "<project demo>", "fedcba9876543210fedcba9876543210"));

  private static final RoutedOperations OPERATIONS = operations();

  private final OpenApiCoverage coverage =
      new OpenApiCoverage(OpenApiDocument.read("/openapi/instance-ha.yaml"), OPERATIONS);

  @Test
  void describesEveryRouteThatDoesSomethingAndNothingElse() {
    assertThat(coverage.differencesFromRoutes()).isEmpty();
  }

  @Test
  void letsNoPropertyPassThatItDoesNotName() {
    assertThat(coverage.openSchemas()).isEmpty();
  }

  @Test
  void describesEveryRecordedExchange() {
    assertThat(exchanges().flatMap(it -> coverage.complaints(it).stream())).isEmpty();
  }

  @Test
  void describesNothingThatNoExchangeShows() {
    exchanges().forEach(coverage::complaints);

    assertThat(coverage.unshown()).filteredOn(it -> !it.endsWith(OUTAGE)).isEmpty();
  }

  private static Stream<RecordedExchange> exchanges() {
    return Stream.of(ContractTest.FILES, ContractTest.FILES_OF_KEYSTONE)
        .flatMap(directory -> RecordedExchange.in(directory, PLACEHOLDERS).stream());
  }

  private static RoutedOperations operations() {
    List<Route<Boolean>> routes = new ArrayList<>();
    // The bare root is no route of the table.
    routes.add(new Route<>("GET", "/", true));
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database)) {
      api.routes()
          .forEach(it ->
              routes.add(new Route<>(it.method(), it.pattern(), it.target().operation() != null)));
    }
    return new RoutedOperations(
        routes, DescriptionTest::sentToRouted, DescriptionTest::patternToDescribed);
  }

  /** The listener makes one of doubled leading slashes, the API passes over a suffix below it. */
  private static String sentToRouted(String path) {
    String collapsed = path.replaceFirst("^/+", "/");
    return collapsed.startsWith("/v1/") ? Api.withoutSuffix(collapsed) : collapsed;
  }

  private static String patternToDescribed(String pattern) {
    return pattern.equals("/v1/") ? "/v1" : pattern.replace(PROJECT, "");
  }
}
