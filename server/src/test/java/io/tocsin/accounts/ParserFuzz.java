package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.feed.Event;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Query;
import io.tocsin.http.RandomTexts;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What reads queries, tokens and bodies, without a server around it. What is right is taken for
 * what it says; what is not is refused by a typed exception with a reason, and nothing else.
 */
final class ParserFuzz {
  private static final Instant NOW = Instant.parse("2031-03-14T10:00:00Z");
  private static final UUID SOME = UUID.fromString("5b1f4a52-7d3e-4c86-9f0a-2e6d8c7b1a90");
  private static final Reader AUTHOR =
      new Reader(new AccountId(SOME), new UserId(SOME), Role.ADMIN, ResourceScope.EVERYTHING);
  private static final ContinueTokens TOKENS = new ContinueTokens(new byte[] {1, 2, 3});

  /** What the store or the contract changes, or that is an object with members that may change. */
  private static final Set<String> NOT_SHOWN_AS_SAID =
      Set.of("version", "eventTime", "data", "metadata");

  private final Random random;
  private final RandomTexts texts;
  private final RandomEvents events;
  private final RandomQueries queries;

  ParserFuzz(long seed) {
    random = new Random(seed);
    texts = new RandomTexts(random);
    events = new RandomEvents(texts);
    queries = new RandomQueries(texts, List.of(document(Noun.EVENT), document(Noun.EVENT)));
  }

  /** One case; true where something was taken. */
  boolean next() {
    Noun noun = texts.pick(List.of(Noun.values()));
    return switch (texts.number(5)) {
      case 0 -> readsRightParameters(noun);
      case 1, 2 -> readsParameters(noun);
      case 3 -> readsTokens(noun);
      default -> readsBody(noun == Noun.NOTIFICATION ? noun : Noun.EVENT);
    };
  }

  private boolean readsRightParameters(Noun noun) {
    Query query = query(queries.rightParameters(noun));
    Filter filter = ListQueryParser.parse(query, noun, AUTHOR, TOKENS).filter();
    if (!filter.text().isEmpty()) {
      assertThat(FilterParser.parse(noun, List.of(filter.text()))).isEqualTo(filter);
    }
    return true;
  }

  private boolean readsParameters(Noun noun) {
    List<String> tokens =
        List.of("", TOKENS.write(position(), bond(noun, Filter.NONE)), texts.any());
    Query query = query(queries.parameters(noun, tokens));
    try {
      ListQueryParser.parse(query, noun, AUTHOR, TOKENS);
      return true;
    } catch (ProblemException refused) {
      requireReasons(refused, Set.of(Problem.INVALID_PARAMETERS, Problem.UNSUPPORTED_PARAMETERS));
      List<String> sent =
          query.parameters().stream()
              .map(Query.Parameter::name)
              .distinct()
              .collect(Collectors.toList());
      List<String> told = refused.reasons().stream().map(Reason::name).toList();
      sent.retainAll(told);
      assertThat(told).as("parameters, in the order of the request").isEqualTo(sent);
      return false;
    }
  }

  private static Query query(List<String> namesAndValues) {
    List<Query.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      parameters.add(new Query.Parameter(namesAndValues.get(i), namesAndValues.get(i + 1)));
    }
    return new Query(parameters);
  }

  private boolean readsTokens(Noun noun) {
    List<String> clauses = queries.clauses(noun).stream().map(RandomQueries.Clause::text).toList();
    Filter filter = FilterParser.parse(noun, clauses);
    String bond = bond(noun, filter);
    Position place = position();
    String token = TOKENS.write(place, bond);
    assertThat(TOKENS.read(token, bond)).isEqualTo(place);
    assertThat(TOKENS.read(token, bond + "x")).isNull();
    String damaged = queries.damaged(token);
    boolean hasForm = ContinueTokens.hasForm(damaged);
    Position read = TOKENS.read(damaged, bond);
    if (read != null) {
      assertThat(read)
          .as("the place of a token that is the same in other letters")
          .isEqualTo(place);
      assertThat(hasForm).isTrue();
    }
    return read != null;
  }

  private Position position() {
    String key = texts.sometimes(4) ? null : texts.any().replace('\0', 'x');
    return new Position(key, random.nextLong());
  }

  private static String bond(Noun noun, Filter filter) {
    return ContinueTokens.bond(noun, AUTHOR, filter, ListQuery.EVERYTHING.order());
  }

  private boolean readsBody(Noun noun) {
    Map<String, String> members = events.members(noun);
    boolean isRight = texts.sometimes(4);
    String body = isRight ? RandomEvents.object(members) : events.hurt(members);
    byte[] bytes =
        (isRight || texts.sometimes(2) ? body : queries.spoilt(body))
            .getBytes(StandardCharsets.UTF_8);
    JsonNode document;
    try {
      document = Json.parse(bytes);
    } catch (MalformedJsonException malformed) {
      assertThat(isRight).as(body).isFalse();
      return false;
    }
    if (!document.isObject()) {
      return false;
    }
    try {
      EventContent content = read(noun, document);
      requireShownAsSaid(noun, document, content);
      return true;
    } catch (ProblemException refused) {
      assertThat(isRight).as(body).isFalse();
      requireReasons(
          refused, Set.of(Problem.AGAINST_SCHEMA, Problem.AGAINST_RULES, Problem.CONFLICT));
      return false;
    }
  }

  private EventContent read(Noun noun, JsonNode document) {
    Flaws flaws = new Flaws();
    EventContent content =
        new EventForm(noun, AUTHOR, NOW, random, new Form(document, "", flaws)).content();
    flaws.throwIfAny();
    return content;
  }

  private static void requireShownAsSaid(Noun noun, JsonNode said, EventContent content) {
    JsonNode shown = shown(noun, content);
    for (String name : said.propertyNames()) {
      if (!NOT_SHOWN_AS_SAID.contains(name)) {
        assertThat(shown.path(name)).as("%s of %s", name, said).isEqualTo(said.path(name));
      }
    }
  }

  private JsonNode document(Noun noun) {
    String right = RandomEvents.object(events.members(noun));
    return shown(noun, read(noun, Json.parse(right.getBytes(StandardCharsets.UTF_8))));
  }

  private static JsonNode shown(Noun noun, EventContent content) {
    return Json.parse(EventJson.bytes(noun, new Event(17, SOME, NOW, content), AUTHOR.user()));
  }

  private static void requireReasons(ProblemException refused, Set<Problem> expected) {
    assertThat(refused.problem()).isIn(expected);
    assertThat(refused.reasons()).isNotEmpty();
    for (Reason reason : refused.reasons()) {
      assertThat(reason.reason()).isNotBlank().hasSizeLessThan(300);
    }
  }
}
