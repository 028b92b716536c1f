package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.feed.Contents;
import io.tocsin.http.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lines 2 and 3 of Astra spec §17: the clients that there are, as they were recorded or as guides
 * show them, byte for byte over TLS. The other lines are in {@link ConformanceTest}.
 */
class ConformanceClientsTest extends OverTls {
  ConformanceClientsTest() {
    super(AS_THE_ORIGINAL);
  }

  private Toolkit toolkit(RawClient connection, String ofAccount, String token) {
    return new Toolkit(connection, accounts.uri("").getAuthority(), ofAccount, token);
  }

  @Test
  void line2TheToolkitListsAndNarrowsByItself() throws IOException {
    publishThree();
    try (RawClient connection = accounts.connect()) {
      Toolkit toolkit = toolkit(connection, account.toString(), rosa.token());
      assertThat(toolkit.list("").lines())
          .satisfiesExactly(
              it -> assertThat(it).endsWith("third | critical | 2031-03-14T09:27:02Z"),
              it -> assertThat(it).endsWith("second | warning | 2031-03-14T09:26:53Z"),
              it -> assertThat(it).endsWith("first | warning | 2031-03-14T09:26:44Z"),
              it -> assertThat(it).isEqualTo("pre-filtered count: 3"));
      // -l and -o: the rest is of the same connection, so no body was taken for a request.
      assertThat(toolkit.list("&limit=1&skip=1").lines())
          .satisfiesExactly(
              it -> assertThat(it).contains("second"),
              it -> assertThat(it).isEqualTo("pre-filtered count: 3"));
      assertThat(toolkit.list("&limit=5&skip=5").lines()).containsExactly("pre-filtered count: 3");
      Duration always = Duration.ofDays(1);
      assertThat(toolkit.list("", "critical", always, Contents.EVENT_TIME).lines())
          .hasSize(2)
          .first()
          .asString()
          .contains("third");
      assertThat(toolkit.list("", "", Duration.ofSeconds(5), Contents.EVENT_TIME).lines())
          .hasSize(3)
          .noneMatch(it -> it.contains("first"));
    }
  }

  @Test
  void line2TheToolkitGivesTheRightHintAfterAnError() throws IOException {
    try (RawClient connection = accounts.connect()) {
      Toolkit fine = toolkit(connection, account.toString(), rosa.token());
      String problem = "https://astra.netapp.io/problems/";
      assertThat(fine.list("&limit=x")).isEqualTo(new Toolkit.Outcome(List.of(), problem + 5, 1));
      assertThat(toolkit(connection, UNKNOWN, rosa.token()).list("").message())
          .isEqualTo("check uid in config.json " + problem + 11);
      assertThat(toolkit(connection, "harbour", rosa.token()).list("").message())
          .isEqualTo("check uid in config.json " + problem + 33);
      assertThat(toolkit(connection, account.toString(), "nonsense=").list("").message())
          .isEqualTo("check Authorization in config.json " + problem + 4);
      assertThat(fine.list("").exitStatus()).isZero();
    }
  }

  /** What the ServiceNow example does, again and again (§13.5). */
  @Test
  void line2ThePollerSeesEachNotificationOnce() {
    long largest = 0;
    for (int round = 0; round < 3; round++) {
      publishThree();
      Answer answer = get("notifications?orderBy=eventTime%20desc");
      assertThat(answer.json().path("metadata").isEmpty()).isTrue();
      long before = largest;
      List<Long> fresh =
          answer.each("sequenceCount").stream()
              .map(Long::valueOf)
              .filter(it -> it > before)
              .toList();
      assertThat(fresh).containsExactlyInAnyOrder(before + 1, before + 2, before + 3);
      largest = before + 3;
    }
  }

  /** With the quotes, which are no part of a URL, and without, as shells pass it on (§13.6). */
  @ParameterizedTest
  @ValueSource(strings = {"'critical'", "critical", "%27critical%27"})
  void line2TheGuidesCurlIsAnswered(String value) throws IOException {
    publishThree();
    try (RawClient connection = accounts.connect()) {
      RawClient.Answer answer =
          connection
              .send(
                  """
                  GET /accounts/%s/core/v1/notifications?filter=severity%%20eq%%20%s&include=summary HTTP/1.1
                  Host: %s
                  User-Agent: curl/8.5.0
                  Accept: */*
                  Authorization: Bearer %s

                  """
                      .formatted(account, value, accounts.uri("").getAuthority(), rosa.token())
                      .replace("\n", "\r\n"))
              .answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).contains("\"items\":[[\"third\"]]");
    }
  }

  @Test
  void line3ABodyOnGetIsPassedOverAndTheConnectionGoesOn() throws IOException {
    publishThree();
    try (RawClient connection = accounts.connect()) {
      Toolkit toolkit = toolkit(connection, account.toString(), rosa.token());
      for (int i = 0; i < 3; i++) {
        RawClient.Answer answer = toolkit.get("core/v1/notifications?limit=1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"second\"").endsWith("}");
        assertThat(toolkit.get("core/v1/events/" + UNKNOWN).status()).isEqualTo(404);
      }
    }
  }
}
