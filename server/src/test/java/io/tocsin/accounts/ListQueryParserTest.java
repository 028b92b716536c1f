package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.feed.EventField;
import io.tocsin.feed.Order;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import io.tocsin.http.Query;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListQueryParserTest {
  private static final ContinueTokens TOKENS = new ContinueTokens(new byte[32]);
  private static final Reader READER =
      new Reader(
          new AccountId(UUID.fromString("5b1f4a52-7d3e-4c86-9f0a-2e6d8c7b1a90")),
          new UserId(UUID.fromString("0c9a6f31-58d2-4b7e-8a14-d3f5e2b69c07")),
          Role.VIEWER,
          ResourceScope.EVERYTHING);

  @Test
  void nothingAsksForEverything() {
    assertThat(parse()).isEqualTo(ListQuery.EVERYTHING);
    assertThat(parse("continue", "")).isEqualTo(ListQuery.EVERYTHING);
  }

  @Test
  void parametersAreRead() {
    ListQuery query =
        parse(
            "include", "id,metadata,id", "limit", "5", "skip", "7", "count", "true", "orderBy",
            "eventTime desc");

    assertThat(query.include()).containsExactly("id", "metadata", "id");
    assertThat(query.limit()).isEqualTo(5);
    assertThat(query.skip()).isEqualTo(7);
    assertThat(query.counts()).isTrue();
    assertThat(query.order()).isEqualTo(new Order(EventField.EVENT_TIME, true));
  }

  @ParameterizedTest
  @CsvSource({
    "severity,SEVERITY,false",
    "severity%20desc,SEVERITY,true",
    "type desc,SEQUENCE,true",
    "version,SEQUENCE,false",
    "accountID,ACCOUNT_ID,false"
  })
  void listsAreOrderedByOneField(String text, EventField field, boolean isDescending) {
    assertThat(parse("orderBy", text).order()).isEqualTo(new Order(field, isDescending));
  }

  @Test
  void marksAreOrderedByACountThatTheyDoNotHave() {
    assertThat(
            ListQueryParser.parse(
                    query("orderBy", "count desc"), Noun.UNREAD_NOTIFICATION, READER, TOKENS)
                .order())
        .isEqualTo(new Order(EventField.SEQUENCE, true));
    assertThat(reasons("orderBy", "count")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "limit,0",
    "limit,''",
    "limit,01",
    "limit,+1",
    "limit,-1",
    "limit,1.0",
    "limit,' 1'",
    "limit,\u0661",
    "skip,0",
    "skip,x",
    "count,false",
    "count,1",
    "count,True",
    "count,''",
    "orderBy,x asc",
    "orderBy,eventTime asc",
    "orderBy,eventTime DESC",
    "orderBy,eventTime  desc",
    "orderBy,eventTime desc desc",
    "orderBy,' desc'",
    "orderBy,desc ",
    "orderBy,''",
    "orderBy,'eventTime,id'",
    "orderBy,metadata.createdBy",
    "orderBy,metadata",
    "orderBy,destinations",
    "orderBy,data",
    "include,''",
    "include,'a,,b'",
    "include,'id,'",
    "include,',id'",
    "include,'id, name'",
    "include,metadata.labels",
    "include,nothing",
    "include,ID",
    "filter,''",
    "filter,severity ne 'x'",
    "continue,x",
    "continue,M+/M"
  })
  void whatDoesNotFitIsTold(String name, String value) {
    assertThat(reasons(name, value)).singleElement().satisfies(reason -> {
      assertThat(reason.name()).isEqualTo(name);
      assertThat(reason.reason()).isNotBlank();
    });
  }

  @Test
  void everyOffenderIsToldOfInTheOrderOfTheRequest() {
    assertThat(reasons("orderBy", "x asc", "limit", "0", "count", "1", "orderBy", "id"))
        .extracting(Reason::name)
        .containsExactly("orderBy", "limit", "count");
    assertThat(reasons("limit", "1", "limit", "1")).extracting(Reason::name).containsExactly("limit");
    assertThat(reasons("filter", "x", "filter", "y")).hasSize(1);
  }

  @Test
  void namesComeBeforeValues() {
    ProblemException refused = refused("limit", "0", "sort", "x", "orderby", "y", "sort", "z");

    assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_PARAMETERS);
    assertThat(refused.reasons()).extracting(Reason::name).containsExactly("sort", "orderby");
  }

  @Test
  void numbersWithoutEndAreCapped() {
    assertThat(parse("limit", "9".repeat(1000)).limit()).isEqualTo(ListQuery.MOST);
    assertThat(parse("skip", "4611686018427387904").skip()).isEqualTo(ListQuery.MOST);
    assertThat(parse("skip", "9223372036854775808").skip()).isEqualTo(ListQuery.MOST);
    assertThat(parse("limit", "123456789012").limit()).isEqualTo(123456789012L);
  }

  @Test
  void soManyIncludedFieldsAndNoMore() {
    String most = String.join(",", Collections.nCopies(ListQuery.MAX_INCLUDED, "id"));

    assertThat(parse("include", most).include()).hasSize(ListQuery.MAX_INCLUDED);
    assertThat(reasons("include", most + ",id")).hasSize(1);
    assertThat(reasons("include", ",".repeat(8000))).hasSize(1);
  }

  @Test
  void soManyCharactersAndNoMore() {
    String most =
        "summary eq '%s'".formatted("x".repeat(ListQuery.MAX_VALUE_CHARACTERS - 13));

    assertThat(parse("filter", most).filter().clauses()).hasSize(1);
    assertThat(reasons("filter", most, "limit", "1"))
        .extracting(Reason::name)
        .containsExactly("limit");
  }

  @Test
  void aTokenBelongsToItsListAndStandsAlone() {
    Position place = new Position("2031", 7);
    Order order = new Order(EventField.EVENT_TIME, true);
    String token =
        TOKENS.write(place, ContinueTokens.bond(Noun.NOTIFICATION, READER, Filter.NONE, order));

    assertThat(parse("orderBy", "eventTime desc", "continue", token).after()).isEqualTo(place);
    assertThat(reasons("orderBy", "eventTime", "continue", token)).hasSize(1);
    assertThat(reasons("orderBy", "eventTime desc", "filter", "id eq 'x'", "continue", token))
        .hasSize(1);
    assertThat(reasons("orderBy", "eventTime desc", "continue", token, "skip", "1"))
        .extracting(Reason::name)
        .containsExactly("skip");
  }

  private static ListQuery parse(String... namesAndValues) {
    return ListQueryParser.parse(query(namesAndValues), Noun.NOTIFICATION, READER, TOKENS);
  }

  private static List<Reason> reasons(String... namesAndValues) {
    ProblemException refused = refused(namesAndValues);
    assertThat(refused.problem()).isEqualTo(Problem.INVALID_PARAMETERS);
    return refused.reasons();
  }

  private static ProblemException refused(String... namesAndValues) {
    return catchThrowableOfType(ProblemException.class, () -> parse(namesAndValues));
  }

  private static Query query(String... namesAndValues) {
    List<Query.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.add(new Query.Parameter(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Query(parameters);
  }
}
