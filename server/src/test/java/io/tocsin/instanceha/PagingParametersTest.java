package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.http.Query;
import io.tocsin.store.PageRequest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagingParametersTest {
  private static final List<String> COLUMNS = List.of("id", "name", "type", "created_at");

  private final Paging paging = new Paging(1000);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none                                                 | created_at- id-
          sort_dir=asc                                         | created_at+ id+
          sort_key=name                                        | name- created_at- id-
          sort_key=name&sort_dir=asc                           | name+ created_at+ id+
          sort_key=name&sort_key=type&sort_dir=asc             | name+ type+ created_at+ id+
          sort_dir=desc&sort_key=name&sort_dir=asc&sort_key=type | name- type+ created_at- id-
          sort_key=id&sort_dir=asc                             | id+
          sort_key=id&sort_key=name                            | id-
          sort_key=created_at&sort_dir=asc                     | created_at+ id+
          sort_key=name&sort_key=name&sort_dir=asc&sort_dir=desc | name+ created_at+ id+
          """)
  void putsEveryListIntoATotalOrder(String query, String order) {
    String sort =
        page(query).sort().stream()
            .map(key -> key.column() + (key.ascending() ? "+" : "-"))
            .collect(Collectors.joining(" "));

    assertThat(sort).isEqualTo(order);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 1000",
    "limit=0, 0",
    "limit=999, 999",
    "limit=1000, 1000",
    "limit=1001, 1000",
    "limit=+5, 5",
    "limit=-0, 0",
    "limit=99999999999999999999, 1000",
    "limit=5&limit=7, 7",
    "page_size=7, 1000"
  })
  void capsTheLimit(String query, int limit) {
    assertThat(page(query).limit()).isEqualTo(limit);
  }

  @Test
  void takesTheLastMarker() {
    assertThat(page("marker=1&marker=77").marker()).isEqualTo(OptionalLong.of(77));
    assertThat(page("none").marker()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limit=-1                           | Invalid input received: limit must be >= 0
          limit=1.0                          | Invalid input received: limit must be an integer
          limit=٣                            | Invalid input received: limit must be an integer
          page_size=-1                       | Invalid input received: page_size must be >= 0
          marker=x                           | Marker x could not be found.
          marker=-1                          | Marker -1 could not be found.
          sort_key=uuid                      | InvalidSortKey('Sort key supplied is invalid: uuid')
          sort_dir=ASC                       | Invalid input received: Unknown sort direction, must be 'asc' or 'desc'
          sort_dir=asc&sort_dir=desc         | Invalid input received: Sort direction size exceeds sort key size
          """)
  void refusesWhatMakesNoSense(String query, String message) {
    assertThatThrownBy(() -> page(query))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.badRequest(message)));
  }

  private PageRequest page(String query) {
    List<Query.Parameter> parameters =
        Arrays.stream(query.split("&", -1))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .map(pair -> new Query.Parameter(pair[0], pair[1]))
            .toList();
    return paging.page(new Query(parameters), COLUMNS);
  }
}
