package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.feed.Clause;
import io.tocsin.feed.Clause.Comparison;
import io.tocsin.feed.EventField;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterParserTest {
  private static final Clause WARNINGS =
      new Clause.OfText(EventField.SEVERITY, Comparison.EQUAL, "warning");
  private static final Clause AFTER_48000 =
      new Clause.OfNumber(EventField.SEQUENCE, Comparison.GREATER, new BigDecimal("48000"));

  @Test
  void clausesAndParametersAllCount() {
    assertThat(parse("severity eq 'warning',sequenceCount gt '48000'").clauses())
        .containsExactly(WARNINGS, AFTER_48000);
    assertThat(parse("severity eq 'warning'", "sequenceCount gt '48000'").clauses())
        .containsExactly(WARNINGS, AFTER_48000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "severity%20eq%20'warning'",
        "severity%20eq 'warning'",
        "severity eq warning"
      })
  void otherWritingsOfAClauseAreTheSame(String text) {
    assertThat(parse(text).clauses()).containsExactly(WARNINGS);
    assertThat(parse(text).text()).isEqualTo("severity eq 'warning'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "severity",
        "severity eq",
        "severity eq ",
        "severity eq ''",
        "severity eq 'warning",
        "severity eq warning'",
        "severity  eq 'warning'",
        "severity eq  'warning'",
        " severity eq 'warning'",
        "severity eq 'warning' ",
        "severity eq 'warning',",
        ",severity eq 'warning'",
        "severity eq 'warning', class eq 'user'",
        "severity eq 'warning'class eq 'user'",
        "severity eq 'warning',class eq user",
        "severity eq warning,class eq user",
        "severity eq war ning",
        "severity ne 'warning'",
        "severity EQ 'warning'",
        "severity eq 'a\tb'",
        "severity eq 'a\u0085b'",
        "severity. eq 'x'",
        "severity[*] eq 'x'",
        "severity[0] eq 'x'",
        "destinations[*][*] eq 'x'",
        "[*] eq 'x'",
        "metadata.labels.[*] eq 'x'",
        "metadata[*].labels.name eq 'x'",
        "sev\u00e9rity eq 'x'",
        "nothing eq 'x'",
        "Severity eq 'x'",
        "data.more eq 'x'",
        "data eq 'x'",
        "metadata eq 'x'",
        "metadata.labels eq 'x'",
        "metadata.labels[*] eq 'x'",
        "sequenceCount eq 'many'",
        "sequenceCount eq '1e101'",
        "sequenceCount eq '1e999999999'",
        "sequenceCount eq '\u0661'",
        "sequenceCount in '1'",
        "data.ttl in '1'",
        "eventTime gt 'yesterday'",
        "eventTime gt '2031-02-31T00:00:00Z'",
        "eventTime gt '2031-03-14T09:26:53'",
        "eventTime gt '2031-03-14T09:26:53+01:00'",
        "eventTime in '2031-03-14T09:26:53Z'"
      })
  void whatIsNoFilterIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(UnfitException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "destinations,DESTINATIONS",
    "destinations[*],DESTINATIONS",
    "metadata.labels.name,LABEL_NAMES",
    "metadata.labels[*].name,LABEL_NAMES",
    "metadata.labels[*].value,LABEL_VALUES",
    "metadata.createdBy,CREATED_BY",
    "data.isAcknowledgeable,IS_ACKNOWLEDGEABLE",
    "class,CLASS",
    "id,ID"
  })
  void fieldsHavePaths(String path, EventField field) {
    assertThat(parse(path + " in 'x'").clauses())
        .containsExactly(new Clause.OfText(field, Comparison.CONTAINS, "x"));
  }

  @Test
  void valuesMayHaveAnythingButQuotesAndControls() {
    String value = "a,b gt c=(\u00fc)\ud83d\udea8+*!#$%&~\"\\;--";

    assertThat(parse("summary eq '" + value + "'").clauses())
        .containsExactly(new Clause.OfText(EventField.SUMMARY, Comparison.EQUAL, value));
  }

  @Test
  void fractionsOfASecondCompareAsAHalf() {
    assertThat(parse("eventTime lt '2031-03-14T09:26:53,000000001Z'").clauses())
        .containsExactly(
            new Clause.OfTime(
                EventField.EVENT_TIME,
                Comparison.LESS,
                Instant.parse("2031-03-14T09:26:53.500Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "type eq 'application/astra-notification',true",
    "type in 'notification',true",
    "type eq 'application/astra-event',false",
    "version gte '1.3',true",
    "version lt '1.3',false",
    "metadata.modifiedBy gte '0',false"
  })
  void whatIsTheSameEverywhereIsDecidedAtOnce(String text, boolean canHold) {
    assertThat(parse(text).clauses()).isEmpty();
    assertThat(parse(text).canHold()).isEqualTo(canHold);
  }

  @Test
  void unreadMarksHaveFieldsOfTheirOwn() {
    Filter filter =
        FilterParser.parse(
            Noun.UNREAD_NOTIFICATION,
            List.of("notificationID eq '7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612'"));

    assertThat(filter.clauses())
        .containsExactly(
            new Clause.OfText(
                EventField.NOTIFICATION_ID,
                Comparison.EQUAL,
                "7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612"));
    assertThatThrownBy(
            () -> FilterParser.parse(Noun.UNREAD_NOTIFICATION, List.of("summary eq 'x'")))
        .isInstanceOf(UnfitException.class);
    assertThatThrownBy(() -> parse("notificationID eq 'x'")).isInstanceOf(UnfitException.class);
  }

  @Test
  void soManyClausesAndNoMore() {
    List<String> most = Collections.nCopies(ListQuery.MAX_CLAUSES, "severity eq 'warning'");
    List<String> tooMany = Collections.nCopies(ListQuery.MAX_CLAUSES + 1, "severity eq 'warning'");

    assertThat(parse(String.join(",", most)).clauses()).hasSize(ListQuery.MAX_CLAUSES);
    assertThat(parse(most.toArray(String[]::new)).clauses()).hasSize(ListQuery.MAX_CLAUSES);
    assertThatThrownBy(() -> parse(String.join(",", tooMany)))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("32");
    assertThatThrownBy(() -> parse(tooMany.toArray(String[]::new)))
        .isInstanceOf(UnfitException.class);
  }

  private static Filter parse(String... parameters) {
    return FilterParser.parse(Noun.NOTIFICATION, List.of(parameters));
  }
}
