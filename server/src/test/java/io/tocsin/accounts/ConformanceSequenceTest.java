package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.feed.Contents;
import io.tocsin.feed.Severity;
import io.tocsin.identity.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lines 10 and 16 of Astra spec §17: lists and numbers while others write, and after restarts. The
 * other lines are in {@link ConformanceTest} and {@link ConformanceOverTimeTest}.
 */
class ConformanceSequenceTest extends OverTls {
  ConformanceSequenceTest() {
    super(Setup.OPEN);
  }

  private static String more(Answer answer) {
    return answer.json().path("metadata").path("continue").asString("");
  }

  private static String event(String rest) {
    return """
    {"type":"application/astra-event","version":"1.4","name":"harbour.disk.usage.high",
     "summary":"Disk almost full","source":"watch",
     "resourceID":"a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",
     "resourceType":"application/astra-managedCluster","severity":"warning",
     "class":"system","description":"Node 3 is full."%s}
    """
        .formatted(rest);
  }

  private long post(AccountClient at, String rest) {
    Answer answer = at.post(rosa, rosa.core("events"), event(rest));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().path("sequenceCount").longValue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sequenceCount", "sequenceCount+desc", "eventTime+desc", "severity", "id"})
  void line10PagesUnderInsertsRepeatNothingAndLeaveNothingOut(String order) throws Exception {
    int before = 30;
    for (int i = 0; i < before; i++) {
      accounts.publish(account, atOddTimes(i));
    }
    AtomicBoolean isOver = new AtomicBoolean();
    List<Long> paged = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> writer =
          threads.submit(() -> {
            int i = before;
            while (!isOver.get() && i < 3000) {
              accounts.publish(account, atOddTimes(i++));
            }
            return i;
          });
      String query = "notifications?limit=4&orderBy=%s&continue=".formatted(order);
      Answer page = get(query);
      for (int pages = 1; !more(page).isEmpty() && pages < 60; pages++) {
        paged.addAll(sequences(page));
        page = get(query + more(page));
        // Towards new ones there is no end while they come.
        isOver.set(pages > 12);
      }
      paged.addAll(sequences(page));
      isOver.set(true);
      assertThat(writer.get()).isGreaterThan(before);
      while (!more(page).isEmpty()) {
        page = get(query + more(page));
        paged.addAll(sequences(page));
      }
    }
    assertThat(paged).doesNotHaveDuplicates();
    assertThat(paged).containsAll(LongStream.rangeClosed(1, before).boxed().toList());
    if (order.equals("sequenceCount")) {
      assertThat(paged).isEqualTo(LongStream.rangeClosed(1, paged.size()).boxed().toList());
    }
    // What was paged stands in the order in which a whole list has it.
    List<Long> whole = new ArrayList<>(sequences(get("notifications?orderBy=" + order)));
    whole.retainAll(paged);
    assertThat(paged).isEqualTo(whole);
  }

  private static Contents atOddTimes(int i) {
    return Contents.of("number " + i)
        .at(Contents.EVENT_TIME.plusSeconds(i * 7L % 11))
        .severity(List.of(Severity.values()).get(i % 5));
  }

  @Test
  void line10ForeignAndAlteredTokensAreRefused() {
    accounts.publish(account, Contents.of("one"), Contents.of("two"), Contents.of("three"));
    String path = "notifications?limit=1&continue=";
    String token = more(get(path));
    assertThat(get(path + token).each("summary")).containsExactly("two");
    Member otto = accounts.member(accounts.account("mill"), Role.ADMIN);
    accounts.publish(otto.account(), Contents.of("one"), Contents.of("two"));
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'M' ? 'Q' : 'M';
      refused.add(path + token.substring(0, i) + other + token.substring(i + 1));
    }
    refused.add(path + token.substring(0, token.length() - 4));
    refused.add(path + token + token);
    refused.add(path + "eyJhIjo1MTE3fQ==");
    refused.add("events?continue=" + token);
    refused.add(path + token + "&skip=1");
    refused.add(path + token + "&orderBy=sequenceCount%20desc");
    refused.add(path + token + "&filter=severity%20eq%20'warning'");
    refused.add(path + more(send("GET", otto, otto.core(path))));
    refused.add(path + token + "&continue=" + token);
    for (String query : refused) {
      Answer answer = client.get(rosa, rosa.core(query));
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.problem()).isEqualTo(5);
    }
    assertThat(get("notifications?limit=2&count=true&include=summary&continue=" + token).body())
        .contains("[[\"two\"],[\"three\"]]", "\"count\":3");
  }

  @Test
  void line16NumbersGoOnAfterRestartsAndAreNeverUsedAgain() {
    assertThat(post(client, "")).isEqualTo(1);
    try (TestAccounts another = accounts.startAnother(setup)) {
      assertThat(post(another.client(), "")).isEqualTo(2);
      assertThat(post(client, "")).isEqualTo(3);
    }
    accounts
        .database()
        .inTransaction(tx -> tx.execute("delete from event where account_id = ?", account.value()));
    try (TestAccounts another = accounts.startAnother(setup)) {
      // One that is over when it comes has its number all the same.
      assertThat(
              post(
                  another.client(), ",\"eventTime\":\"2001-01-01T00:00:00Z\",\"data\":{\"ttl\":1}"))
          .isEqualTo(4);
      assertThat(post(another.client(), "")).isEqualTo(5);
      Answer list = another.client().get(rosa, rosa.core("events"));
      assertThat(sequences(list)).containsExactly(5L);
    }
  }

  @Test
  void line16APollerMissesNothingOfManyWriters() throws Exception {
    int writers = 6;
    int each = 15;
    List<Long> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        all.add(
            threads.submit(() -> {
              long last = 0;
              for (int j = 0; j < each; j++) {
                last = post(client, "");
              }
              return last;
            }));
      }
      boolean isOver = false;
      while (!isOver) {
        isOver = all.stream().allMatch(Future::isDone);
        long last = seen.isEmpty() ? 0 : seen.getLast();
        seen.addAll(
            sequences(
                get(
                    "events?filter=sequenceCount%%20gt%%20'%d'&orderBy=sequenceCount"
                        .formatted(last))));
      }
      for (Future<Long> writer : all) {
        assertThat(writer.get()).isPositive();
      }
    }
    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, (long) writers * each).boxed().toList());
  }
}
