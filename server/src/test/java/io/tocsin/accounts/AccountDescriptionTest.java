package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.OpenApiCoverage;
import io.tocsin.contract.OpenApiDocument;
import io.tocsin.contract.Placeholders;
import io.tocsin.contract.RecordedExchange;
import io.tocsin.contract.RoutedOperations;
import io.tocsin.http.Routes.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code openapi/account-notifications.yaml} against the route table and against every
 * recorded exchange, which {@link AccountContractTest} holds against the server. So a path, a
 * status, a header or a property that only one side has fails here.
 */
class AccountDescriptionTest {
  /**
   * No or no good token, too long a body, Keystone away: answered before the route is looked at. So
   * the files show each for one operation, and the answer itself has to be shown in full.
   */
  private static final List<String> BEFORE_THE_ROUTE = List.of(" 401", " 413", " 503");

  private static final Placeholders PLACEHOLDERS = placeholders();

  private static final RoutedOperations OPERATIONS = operations();

  private final OpenApiCoverage coverage =
      new OpenApiCoverage(OpenApiDocument.read("/openapi/account-notifications.yaml"), OPERATIONS);

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
        .filteredOn(it -> BEFORE_THE_ROUTE.stream().noneMatch(it::endsWith))
        .isEmpty();
  }

  private static List<RecordedExchange> exchanges() {
    return RecordedExchange.in(AccountContractTest.DIRECTORY, PLACEHOLDERS);
  }

  private static RoutedOperations operations() {
    try (TestAccounts accounts = TestAccounts.start()) {
      List<Route<Boolean>> routes =
          accounts.routes().stream()
              .map(it -> new Route<>(it.method(), it.pattern(), true))
              .toList();
      return new RoutedOperations(routes, it -> it, AccountDescriptionTest::described);
    }
  }

  /** A description names what is in a path, however far the caller has to be that themselves. */
  private static String described(String pattern) {
    return pattern
        .replace("{" + Place.ACCOUNT + "}", "{account_id}")
        .replace("{" + Place.USER + "}", "{user_id}")
        .replace("{" + Place.ANY_USER + "}", "{user_id}")
        .replace("{" + Place.GROUP + "}", "{group_id}")
        .replace("{" + Place.ANY_GROUP + "}", "{group_id}");
  }

  private static Placeholders placeholders() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("<time>", "2031-03-14T10:00:00Z");
    given.put("<server>", "127.0.0.1:15868");
    given.put("<md5>", "d41d8cd98f00b204e9800998ecf8427e");
    List<String> ids =
        List.of("account", "operators", "rosa", "otto", "robot", "olga", "greta", "watch");
    for (int i = 0; i < ids.size(); i++) {
      given.put("<%s>".formatted(ids.get(i)), "00000000-0000-4000-8000-%012d".formatted(i + 1));
    }
    for (int i = 1; i <= 30; i++) {
      given.put("<token-%d>".formatted(i), "abcdef%02d".formatted(i));
      given.put("<secret-%d>".formatted(i), "tocsin_" + "%043d".formatted(i));
    }
    return new Placeholders(given);
  }
}
