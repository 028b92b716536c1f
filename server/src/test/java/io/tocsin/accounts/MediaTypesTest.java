package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                  | application/json
          */*                                                 | application/json
          application/*                                       | application/json
          application/json                                    | application/json
          application/json; charset=utf-8                     | application/json
          application/astra-unreadNotification+json           | application/astra-unreadNotification+json
          application/ASTRA-unreadnotification+JSON           | application/astra-unreadNotification+json
          application/astra-unreadNotifications+json          | application/astra-unreadNotifications+json
          text/html, */*;q=0.1                                | application/json
          application/json;q=0.2, application/astra-unreadNotification+json | application/astra-unreadNotification+json
          """)
  void aListComesInWhatIsWanted(String accept, String type) {
    assertThat(
            MediaTypes.choose(
                Headers.of("Accept", accept), Noun.UNREAD_NOTIFICATION.listOffers()))
        .isEqualTo(type);
  }

  @Test
  void jsonIsWhatComesUnasked() {
    assertThat(MediaTypes.choose(Headers.NONE, Noun.EVENT.offers())).isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/xml, image/*",
        "application/json;q=0",
        "*/*;q=0",
        "application/astra-event+json",
        "application/astra-notifications+json",
        "application/problem+json",
        ",,;;"
      })
  void whatWeDoNotHaveIsRefused(String accept) {
    assertThatThrownBy(
            () -> MediaTypes.choose(Headers.of("Accept", accept), Noun.NOTIFICATION.offers()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_MEDIA_TYPE));
  }
}
