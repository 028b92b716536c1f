package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.VisibilityStage.Onlooker;
import io.tocsin.accounts.VisibilityStage.Told;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.View;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.UserId;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Nobody sees what is not theirs: everybody against everything, by every way in, compared with the
 * rule as {@link VisibilityStage#sees} has it. What is hidden must be told from what does not exist
 * by no byte of an answer.
 */
class VisibilityTest {
  private static final UUID UNKNOWN = UUID.fromString("7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612");
  private static final String NO_EVENTS =
      "{\"type\":\"application/astra-events\",\"version\":\"1.4\",\"items\":[],"
          + "\"metadata\":{\"count\":0}}";

  /** Who asks for every event by its id: not all, to be quick. */
  private static final List<String> ONE_BY_ONE =
      List.of(
          "viewer",
          "admin by group",
          "owner",
          "owner of nothing",
          "member of a space",
          "viewer of the other",
          "admin of forms unknown");

  private static VisibilityStage inclusive;
  private static VisibilityStage exact;

  @BeforeAll
  static void start() {
    inclusive = new VisibilityStage(false);
    exact = new VisibilityStage(true);
  }

  @AfterAll
  static void stop() {
    inclusive.close();
    exact.close();
  }

  private static VisibilityStage stage(boolean isExact) {
    return isExact ? exact : inclusive;
  }

  /** Where lists are, for somebody; and whether only notifications are there. */
  private static Map<String, Boolean> collections(VisibilityStage stage, Onlooker who) {
    Map<String, Boolean> all = new LinkedHashMap<>();
    all.put(who.member().core("notifications"), true);
    all.put(who.member().core("events"), false);
    all.put(who.member().unread(""), true);
    all.put(through(stage.watch, who.member()), true);
    return all;
  }

  private static String through(GroupId group, Member member) {
    return member.core("groups/%s/users/%s/unreadNotifications".formatted(group, member.user()));
  }

  private static List<Long> expected(
      VisibilityStage stage, Onlooker who, boolean isOfNotifications) {
    return stage.told.stream()
        .filter(it -> stage.sees(who, it) && (it.isNotification() || !isOfNotifications))
        .map(it -> it.event().sequence())
        .toList();
  }

  private static List<Long> sequences(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<Long> sequences = new ArrayList<>();
    for (JsonNode item : answer.json().path("items")) {
      sequences.add((item.isArray() ? item.path(0) : item.path("sequenceCount")).longValue());
    }
    return sequences;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listsAndCountsShowWhatTheRuleAllows(boolean isExact) {
    VisibilityStage stage = stage(isExact);
    for (Onlooker who : stage.onlookers) {
      collections(stage, who)
          .forEach((path, isOfNotifications) -> {
            List<Long> expected = expected(stage, who, isOfNotifications);
            String whole = path + "?count=true";
            Answer answer = stage.client.get(who.member(), whole);
            assertThat(sequences(answer)).as("%s at %s", who, path).isEqualTo(expected);
            BodyRules.check(whole, answer);
            Answer rows =
                stage.client.get(
                    who.member(),
                    path + "?count=true&include=sequenceCount,id&orderBy=sequenceCount+desc");
            assertThat(sequences(rows)).isEqualTo(expected.reversed());
            for (Answer counted : List.of(answer, rows)) {
              assertThat(counted.json().path("metadata").toString())
                  .isEqualTo("{\"count\":%d}".formatted(expected.size()));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsHiddenIsAnsweredAsWhatDoesNotExist(boolean isExact) {
    VisibilityStage stage = stage(isExact);
    for (String name : isExact ? List.of("viewer", "admin by group", "owner") : ONE_BY_ONE) {
      Onlooker who = stage.onlooker(name);
      UserId user = who.member().user();
      oneByOne(stage, who, who.member().core("events/"), View.EVENTS, user);
      oneByOne(stage, who, who.member().core("notifications/"), View.NOTIFICATIONS, user);
      oneByOne(stage, who, who.member().unread("/"), View.UNREAD, user);
    }
    Onlooker throughGroup = stage.onlooker("member by group");
    oneByOne(
        stage,
        throughGroup,
        through(stage.watch, throughGroup.member()) + "/",
        View.UNREAD,
        throughGroup.member().user());
  }

  private static void oneByOne(
      VisibilityStage stage, Onlooker who, String path, View view, UserId user) {
    AccountClient client = stage.client;
    String unknown = client.get(who.member(), path + UNKNOWN).shape();
    String undeletable = client.delete(who.member(), path + UNKNOWN).shape();
    assertThat(unknown).startsWith("404").contains("problems/2");
    for (Told told : stage.told) {
      String id = path + view.idOf(told.event().id(), user);
      Answer answer = client.get(who.member(), id);
      if (stage.sees(who, told) && (told.isNotification() || view == View.EVENTS)) {
        assertThat(sequences(one(answer))).as("%s at %s", who, id).hasSize(1);
        BodyRules.check(id, answer);
      } else {
        assertThat(answer.shape()).as("%s at %s", who, id).isEqualTo(unknown);
        if (view == View.UNREAD) {
          assertThat(client.delete(who.member(), id).shape()).isEqualTo(undeletable);
        }
      }
    }
  }

  /** A single resource as a list of it. */
  private static Answer one(Answer answer) {
    return new Answer(
        answer.status(), answer.headers(), "{\"items\":[%s]}".formatted(answer.body()));
  }

  /** The values that only this event has, by the paths at which filters find them. */
  private static Map<String, String> ownValues(EventContent it) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("name", it.name());
    values.put("summary", it.summary());
    values.put("source", it.source());
    values.put("additionalResourceIDs[*]", it.additionalResources().getFirst().toString());
    values.put("resourceType", it.resourceType());
    values.put("correlationID", it.correlation().toString());
    values.put("description", it.description());
    values.put("descriptionURL", String.valueOf(it.descriptionUrl()));
    values.put("correctiveAction", String.valueOf(it.correctiveAction()));
    values.put("correctiveActionURL", String.valueOf(it.correctiveActionUrl()));
    values.put("resourceURI", String.valueOf(it.resourceUri()));
    values.put("resourceCollectionURL[*]", it.resourceCollectionUrls() + "");
    values.put("userID", String.valueOf(it.user()));
    values.put("accountID", String.valueOf(it.aboutAccount()));
    values.put("data.ttl", String.valueOf(it.ttl()));
    values.put("metadata.labels[*].name", it.labels().getFirst().name());
    values.put("metadata.labels[*].value", it.labels().getFirst().value());
    values.put("metadata.createdBy", it.createdBy().toString());
    values.replaceAll((_, value) -> value.replaceAll("[\\[\\]]", ""));
    return values;
  }

  /** The values that it shares with others. */
  private static Map<String, String> sharedValues(Told told) {
    Map<String, String> values = new LinkedHashMap<>();
    EventContent it = told.event().content();
    values.put("sequenceCount", Long.toString(told.event().sequence()));
    values.put("id", told.event().id().toString());
    values.put("resourceID", it.resource().toString());
    values.put("eventTime", it.eventTime().toString());
    values.put("severity", it.severity().wire());
    values.put("class", it.eventClass().wire());
    values.put("visibility[*]", "owner");
    values.put("visibility", "admin");
    values.put("destinations[*]", "support");
    values.put("resourceMethod", "post");
    values.put("data.isAcknowledgeable", "true");
    values.put("metadata.creationTimestamp", WireTime.format(told.event().createdAt()));
    return values;
  }

  @Test
  void noFilterFindsWhatIsHidden() {
    VisibilityStage stage = inclusive;
    Onlooker viewer = stage.onlooker("viewer");
    Told forOwners = withVisibility(List.of("owner"));
    for (Told hidden : List.of(forOwners, withVisibility(List.of()))) {
      boolean isForOwners = hidden.equals(forOwners);
      ownValues(hidden.event().content())
          .forEach((path, value) -> {
            boolean isNumber = path.equals("data.ttl");
            for (String word : isNumber ? List.of("eq") : List.of("eq", "in")) {
              String query =
                  "?count=true&filter=" + encoded("%s %s '%s'".formatted(path, word, value));
              Answer answer =
                  stage.client.get(viewer.member(), viewer.member().core("events" + query));
              assertThat(answer.body()).as(query).isEqualTo(NO_EVENTS);
              Onlooker owner = stage.onlooker("owner");
              assertThat(
                      sequences(
                          stage.client.get(owner.member(), owner.member().core("events" + query))))
                  .as(query)
                  .isEqualTo(isForOwners ? List.of(hidden.event().sequence()) : List.of());
            }
          });
    }
  }

  @Test
  void noIdFindsWhatIsHidden() {
    VisibilityStage stage = inclusive;
    Member viewer = stage.onlooker("viewer").member();
    Told hidden = withVisibility(List.of("owner"));
    String mark = View.UNREAD.idOf(hidden.event().id(), viewer.user()).toString();
    String notification = View.NOTIFICATIONS.idOf(hidden.event().id(), viewer.user()).toString();
    Map<String, String> filters =
        Map.of(
            viewer.core("notifications"), "id eq '%s'".formatted(notification),
            viewer.unread(""), "notificationID eq '%s'".formatted(notification),
            through(stage.watch, viewer), "id eq '%s'".formatted(mark),
            viewer.core("events"), "sequenceCount eq '%d'".formatted(hidden.event().sequence()));
    filters.forEach((path, filter) -> {
      Answer answer = stage.client.get(viewer, path + "?count=true&filter=" + encoded(filter));
      assertThat(answer.body()).as(path).endsWith("\"items\":[],\"metadata\":{\"count\":0}}");
    });
  }

  private static Told withVisibility(List<String> roles) {
    return inclusive.told.stream()
        .filter(it -> roles.equals(it.event().content().visibility()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void filtersAndOrdersChooseAmongWhatIsVisibleOnly() {
    VisibilityStage stage = inclusive;
    Told hidden = withVisibility(List.of("owner"));
    List<String> queries = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>(ownValues(hidden.event().content()));
    values.putAll(sharedValues(hidden));
    values.forEach((path, value) -> {
      for (String word : List.of("eq", "lt", "gte")) {
        queries.add("filter=" + encoded("%s %s '%s'".formatted(path, word, value)));
      }
      if (!path.contains(".") && !path.contains("[") && !path.equals("visibility")) {
        queries.add("orderBy=" + path);
        queries.add("orderBy=" + path + "+desc");
      }
    });
    for (String query : queries) {
      String rest = "events?include=sequenceCount&count=true&" + query;
      List<Long> all = sequences(get(stage.onlooker("owner"), rest));
      assertThat(all).isSubsetOf(expected(stage, stage.onlooker("owner"), false));
      for (String name : List.of("viewer", "member of a space", "owner of nothing")) {
        Onlooker who = stage.onlooker(name);
        List<Long> visible = new ArrayList<>(all);
        visible.retainAll(expected(stage, who, false));
        Answer answer = get(who, rest);
        assertThat(sequences(answer)).as("%s: %s", name, query).isEqualTo(visible);
        assertThat(answer.json().path("metadata").path("count").intValue())
            .isEqualTo(visible.size());
      }
    }
  }

  private static Answer get(Onlooker who, String rest) {
    return inclusive.client.get(who.member(), who.member().core(rest));
  }

  @Test
  void pagesAndTheirTokensTellNothingOfWhatIsHidden() {
    for (String name : List.of("viewer", "member by group", "member of a space", "owner")) {
      Onlooker who = inclusive.onlooker(name);
      List<Long> visible = expected(inclusive, who, false);
      for (String order : List.of("sequenceCount", "summary", "eventTime+desc", "userID", "id")) {
        String query = "events?include=sequenceCount&orderBy=" + order;
        List<Long> all = sequences(get(who, query));
        assertThat(all).containsExactlyInAnyOrderElementsOf(visible);
        List<Long> paged = new ArrayList<>();
        String more = "";
        do {
          Answer page = get(who, query + "&limit=3&continue=" + more);
          paged.addAll(sequences(page));
          more = page.json().path("metadata").path("continue").asString("");
          // The last page says that it is the last, whatever hidden may follow.
          assertThat(more.isEmpty()).isEqualTo(paged.size() == all.size());
          if (!more.isEmpty()) {
            assertThat(placeIn(more)).isEqualTo(paged.getLast());
            assertHidesWhatIsHidden(who, more);
          }
        } while (!more.isEmpty());
        assertThat(paged).isEqualTo(all);
        for (int skip = 1; skip <= all.size() + 1; skip += 4) {
          assertThat(sequences(get(who, query + "&limit=2&skip=" + skip)))
              .isEqualTo(all.subList(Math.min(skip, all.size()), Math.min(skip + 2, all.size())));
        }
      }
    }
  }

  private static byte[] content(String token) {
    String digits = new String(Base64.getDecoder().decode(token), StandardCharsets.US_ASCII);
    return HexFormat.of().parseHex(digits);
  }

  /** The sequence of the event behind which the list goes on. */
  private static long placeIn(String token) {
    return ByteBuffer.wrap(content(token)).getLong(2);
  }

  private static void assertHidesWhatIsHidden(Onlooker who, String token) {
    String text = new String(content(token), StandardCharsets.ISO_8859_1);
    for (Told told : inclusive.told) {
      if (!inclusive.sees(who, told)) {
        assertThat(text)
            .doesNotContain(told.summary())
            .doesNotContain(String.valueOf(told.event().content().user()))
            .doesNotContain(told.event().id().toString());
      }
    }
  }

  @Test
  void theTokenOfSomebodyWhoSeesMoreShowsNoMore() {
    Onlooker owner = inclusive.onlooker("owner");
    Onlooker viewer = inclusive.onlooker("viewer");
    String query = "notifications?include=sequenceCount&orderBy=summary";
    List<Long> all = sequences(get(owner, query));
    List<Long> visible = sequences(get(viewer, query));
    for (int cut = 1; cut < all.size(); cut++) {
      Answer page = get(owner, query + "&limit=" + cut);
      String token = page.json().path("metadata").path("continue").stringValue();
      List<Long> rest = new ArrayList<>(all.subList(cut, all.size()));
      rest.retainAll(visible);
      assertThat(sequences(get(viewer, query + "&continue=" + token))).isEqualTo(rest);
    }
    Member mine = viewer.member();
    Answer marks = inclusive.client.get(owner.member(), owner.member().unread("?limit=1"));
    String token = marks.json().path("metadata").path("continue").stringValue();
    assertThat(inclusive.client.get(mine, mine.unread("?continue=" + token)).problem())
        .isEqualTo(5);
  }
}
