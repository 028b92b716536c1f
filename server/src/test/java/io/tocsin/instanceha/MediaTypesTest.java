package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
  private static final List<String> OFFERS = List.of("text/html", "application/json");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                              | application/json
          Application/JSON                              | application/json
          */*                                           | text/html
          */*, application/json                         | text/html
          */*;q=0.5, application/json                   | application/json
          text/*;q=0.5, application/json;q=0.4          | text/html
          text/*, text/html;q=0, application/json;q=0.1 | application/json
          application/*                                 | application/json
          """)
  void theBestLikedOfferWins(String accept, String best) {
    assertThat(Accept.best(Headers.of("Accept", accept), OFFERS)).contains(best);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "image/png", "*/*;q=0", ",,;;", "text", "/*"})
  void nothingWinsWhereNothingIsWanted(String accept) {
    assertThat(Accept.best(Headers.of("Accept", accept), OFFERS)).isEmpty();
  }

  @Test
  void severalFieldsAreOne() {
    Headers headers = Headers.of("Accept", "text/html;q=0.1", "accept", "application/json");

    assertThat(Accept.best(headers, OFFERS)).contains("application/json");
    assertThat(Accept.best(Headers.NONE, OFFERS)).isEmpty();
  }

  @Test
  void rangesBeyondTheThirtySecondArePassedOver() {
    String ranges = "a/b,".repeat(31);

    assertThat(Accept.best(Headers.of("Accept", ranges + "text/html"), OFFERS))
        .contains("text/html");
    assertThat(Accept.best(Headers.of("Accept", ranges + "text/html;q=0.5,x/y"), OFFERS))
        .contains("text/html");
    assertThat(Accept.best(Headers.of("Accept", "a/b," + ranges + "text/html"), OFFERS)).isEmpty();
    assertThat(Accept.best(Headers.of("Accept", "a/b," + ranges, "Accept", "text/html"), OFFERS))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "application/json; charset=utf-8, true",
    "application/vnd.openstack.masakari+json;version=1, true",
    "text/plain, true",
    "'', true",
    "application/x-www-form-urlencoded, false",
    "application/jsonx, false",
    "json, false"
  })
  void bodiesAreJsonByWhateverName(String contentType, boolean isAccepted) {
    assertThat(MediaTypes.isAcceptedBody(Headers.of("Content-Type", contentType)))
        .isEqualTo(isAccepted);
  }

  @Test
  void noContentTypeIsFine() {
    assertThat(MediaTypes.isAcceptedBody(Headers.NONE)).isTrue();
  }
}
