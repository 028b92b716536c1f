package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of several faults in one request the first is told, in the order of Astra spec §8.6. */
class OrderOfChecksTest {
  private static final String UNKNOWN = "7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612";

  /** A part of a request, and the problem that it makes; 0 for none. */
  private record Choice(String text, int problem) {}

  /** The parts in the order of the checks, each with what it can be. */
  private static List<List<Choice>> parts(Member rosa, String mark) {
    return List.of(
        List.of(new Choice(rosa.token(), 0), new Choice("", 3), new Choice("nonsense", 4)),
        List.of(new Choice("GET ", 0), new Choice("PUT ", 69), new Choice("GET /more", 2)),
        List.of(
            new Choice(rosa.account().toString(), 0),
            new Choice("harbour", 33),
            new Choice(UNKNOWN, 11)),
        List.of(new Choice("*/*", 0), new Choice("text/html", 32)),
        List.of(new Choice("", 0), new Choice("?limit=0", 6)),
        List.of(new Choice(rosa.user().toString(), 0), new Choice(UNKNOWN, 11)),
        List.of(new Choice(mark, 0), new Choice("x", 35), new Choice(UNKNOWN, 2)));
  }

  @Test
  void theFirstOfSeveralFaultsIsTold() {
    try (TestAccounts accounts = TestAccounts.start()) {
      AccountId account = accounts.account("harbour");
      Member rosa = accounts.member(account, Role.VIEWER);
      accounts.publish(account, Contents.of("one"));
      String mark = accounts.client().get(rosa, rosa.unread("")).each("id").getFirst();
      List<List<Choice>> requests = combined(parts(rosa, mark));
      assertThat(requests).hasSize(648);
      for (List<Choice> request : requests) {
        int problem =
            request.stream().mapToInt(Choice::problem).filter(it -> it != 0).findFirst().orElse(0);
        Answer answer = send(accounts.client(), request.stream().map(Choice::text).toList());
        assertThat(answer.status() == 200 ? 0 : answer.problem())
            .as(request.toString())
            .isEqualTo(problem);
      }
    }
  }

  private static List<List<Choice>> combined(List<List<Choice>> parts) {
    List<List<Choice>> all = List.of(List.of());
    for (List<Choice> part : parts) {
      List<List<Choice>> longer = new ArrayList<>();
      for (List<Choice> begun : all) {
        for (Choice choice : part) {
          List<Choice> more = new ArrayList<>(begun);
          more.add(choice);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }

  private static Answer send(AccountClient client, List<String> texts) {
    List<String> methodAndEnd = Arrays.asList(texts.get(1).split(" ", 2));
    String path =
        "/accounts/%s/core/v1/users/%s/unreadNotifications/%s%s%s"
            .formatted(texts.get(2), texts.get(5), texts.get(6), methodAndEnd.get(1), texts.get(4));
    String token = texts.get(0);
    return client.send(
        methodAndEnd.get(0), token.isEmpty() ? null : token, path, null, "Accept", texts.get(3));
  }
}
