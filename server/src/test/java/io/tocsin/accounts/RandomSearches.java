package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.RandomQueries.Clause;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.http.RandomTexts;
import io.tocsin.http.RequestBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Searches one list, and holds what it finds against a search by hand. */
final class RandomSearches {
  private static final int MOST_PAGES = 6;

  private final AccountClient client;
  private final Member reader;
  private final Noun noun;
  private final List<JsonNode> documents;

  /** The list must not change from now on. */
  RandomSearches(AccountClient client, Member reader, Noun noun) {
    this.client = client;
    this.reader = reader;
    this.noun = noun;
    this.documents = List.copyOf(get(path() + "?orderBy=sequenceCount").path("items").values());
  }

  /** All of the list, in the order of its sequence. */
  List<JsonNode> documents() {
    return documents;
  }

  /** Returns how many items were found. */
  int search(long seed) {
    RandomTexts texts = new RandomTexts(new Random(seed));
    RandomQueries queries = new RandomQueries(texts, documents);
    List<Clause> clauses = queries.clauses(noun);
    boolean isDescending = texts.sometimes(2);
    String field = queries.ordered(noun);
    boolean hasOrder = !texts.sometimes(8);
    Comparator<JsonNode> order =
        hasOrder
            ? FilterByHand.order(field, isDescending)
            : FilterByHand.order("sequenceCount", false);
    String query =
        path()
            + "?count=true"
            + (hasOrder ? "&orderBy=" + field + (isDescending ? "+desc" : "") : "")
            + filters(clauses, texts);
    List<JsonNode> expected =
        documents.stream()
            .filter(document -> clauses.stream().allMatch(clause -> clause.holds(document)))
            .sorted(order)
            .toList();
    String described = "seed %d: %s %s %s".formatted(seed, clauses, field, isDescending);

    JsonNode whole = get(query);
    assertThat(items(whole)).as(described).isEqualTo(expected);
    assertThat(whole.path("metadata").path("count").intValue()).isEqualTo(expected.size());
    assertThat(whole.path("metadata").has("continue")).as(described).isFalse();
    readInPages(query, 1 + expected.size() / (1 + texts.number(MOST_PAGES)), expected, described);
    int skip = 1 + texts.number(expected.size() + 3);
    List<JsonNode> rest = expected.subList(Math.min(skip, expected.size()), expected.size());
    assertThat(items(get(query + "&skip=" + skip))).as(described).isEqualTo(rest);
    return expected.size();
  }

  /** Of several conditions some stand in one parameter, some in parameters of their own. */
  private static String filters(List<Clause> clauses, RandomTexts texts) {
    StringBuilder filters = new StringBuilder();
    for (Clause clause : clauses) {
      boolean goesOn = !filters.isEmpty() && texts.sometimes(2);
      filters.append(goesOn ? "," : "&filter=").append(RequestBytes.encoded(clause.text()));
    }
    return filters.toString();
  }

  private void readInPages(String query, int limit, List<JsonNode> expected, String described) {
    List<JsonNode> all = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get(query + "&limit=" + limit + "&continue=" + next);
      List<JsonNode> items = items(page);
      all.addAll(items);
      next = page.path("metadata").path("continue").asString("");
      int left = expected.size() - all.size();
      assertThat(next.isEmpty())
          .as("the end after %d; %s", all.size(), described)
          .isEqualTo(left <= 0);
      assertThat(items).as(described).hasSizeLessThanOrEqualTo(limit);
    } while (!next.isEmpty());
    assertThat(all).as("in pages of %d; %s", limit, described).isEqualTo(expected);
  }

  private static List<JsonNode> items(JsonNode list) {
    return List.copyOf(list.path("items").values());
  }

  private JsonNode get(String path) {
    Answer answer = client.get(reader, path);
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return answer.json();
  }

  private String path() {
    return switch (noun) {
      case EVENT -> reader.core("events");
      case NOTIFICATION -> reader.core("notifications");
      case UNREAD_NOTIFICATION -> reader.unread("");
    };
  }
}
