package io.tocsin.store;

import io.tocsin.store.PageRequest.SortKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link PageRequest} into SQL: the condition "after the marker's row", the order and the
 * limit. Page N costs what page 1 costs wherever an index has the order.
 *
 * <p>The text is made of the column expressions given here and of bound parameters, never of a
 * caller's text. Nulls come first ascending and last descending, as in MySQL. The marker's row is
 * read first, so that each comparison is with plain values and can use an index.
 */
public final class Keyset {
  /**
   * A column that a list may be sorted by.
   *
   * @param name as clients write it
   * @param expression SQL over the list's {@code from}
   * @param type SQL type that the marker's value is cast to
   */
  public record Column(String name, String expression, String type, boolean isNullable) {
    public static Column of(String name, String expression, String type) {
      return new Column(name, expression, type, false);
    }

    public static Column nullable(String name, String expression, String type) {
      return new Column(name, expression, type, true);
    }
  }

  /**
   * The part of a query that makes it one page: {@code select … from … where <filters> and
   * <condition> <order>}.
   *
   * @param condition true for the rows after the marker
   * @param order {@code order by … limit :keyset_limit}
   */
  public record Page(String condition, String order, Map<String, Object> parameters) {
    public Page {
      parameters = Map.copyOf(parameters);
    }

    /** Binds what the two texts refer to. */
    public Query bind(Query query) {
      return query.bindMap(parameters);
    }
  }

  private final String markerRow;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Set<String> constants;

  /**
   * @param liveRows {@code <tables> where <row is live>}: where markers are looked up
   * @param columns one of them is called {@code id} and is unique
   * @param constants names that may be sorted by although all live rows have the same value there
   */
  public Keyset(String liveRows, List<Column> columns, Set<String> constants) {
    this.markerRow = liveRows;
    columns.forEach(c -> this.columns.put(c.name(), c));
    this.constants = Set.copyOf(constants);
  }

  /** Names that a {@link SortKey} may have. */
  public List<String> columnNames() {
    List<String> names = new ArrayList<>(columns.keySet());
    constants.stream().sorted().forEach(names::add);
    return List.copyOf(names);
  }

  /** The page's SQL; empty when no live row has the marker's id. */
  public Optional<Page> page(Handle handle, PageRequest request) {
    List<Term> terms = terms(request.sort());
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("keyset_limit", request.limit());
    String condition = "true";
    OptionalLong marker = request.marker();
    if (marker.isPresent()) {
      Optional<List<@Nullable String>> values = markerValues(handle, terms, marker.getAsLong());
      if (values.isEmpty()) {
        return Optional.empty();
      }
      condition = after(terms, values.get(), parameters);
    }
    return Optional.of(new Page(condition, orderBy(terms), parameters));
  }

  private record Term(Column column, boolean ascending) {}

  /** What really orders: no constants, nothing twice, nothing after the unique id. */
  private List<Term> terms(List<SortKey> sort) {
    List<Term> terms = new ArrayList<>();
    Set<String> seen = new HashSet<>(constants);
    for (SortKey key : sort) {
      if (!seen.add(key.column())) {
        continue;
      }
      Column column = columns.get(key.column());
      if (column == null) {
        throw new IllegalArgumentException("not a sort column of this list: " + key.column());
      }
      terms.add(new Term(column, key.ascending()));
      if (key.column().equals("id")) {
        return terms;
      }
    }
    throw new IllegalArgumentException("the order is not total: it does not end with id");
  }

  private Optional<List<@Nullable String>> markerValues(
      Handle handle, List<Term> terms, long marker) {
    List<String> selected = new ArrayList<>();
    for (Term term : terms) {
      selected.add("cast(" + term.column().expression() + " as text)");
    }
    Column id = terms.getLast().column();
    String sql =
        "select %s from %s and %s = :marker"
            .formatted(String.join(", ", selected), markerRow, id.expression());
    return handle
        .createQuery(sql)
        .bind("marker", marker)
        .map((row, _) -> {
          List<@Nullable String> values = new ArrayList<>();
          for (int i = 1; i <= selected.size(); i++) {
            values.add(row.getString(i));
          }
          return values;
        })
        .findFirst();
  }

  private static String after(
      List<Term> terms, List<@Nullable String> values, Map<String, Object> parameters) {
    for (int i = 0; i < terms.size(); i++) {
      String value = values.get(i);
      if (value != null) {
        parameters.put("keyset" + i, value);
      }
    }
    boolean oneDirection =
        terms.stream().map(Term::ascending).distinct().count() == 1
            && terms.stream().noneMatch(t -> t.column().isNullable());
    return oneDirection ? rowComparison(terms) : lexicographic(terms, values);
  }

  /** {@code (a, b) < (x, y)}: the form that an index on (a, b) serves whole. */
  private static String rowComparison(List<Term> terms) {
    List<String> left = new ArrayList<>();
    List<String> right = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      left.add(terms.get(i).column().expression());
      right.add(bound(terms, i));
    }
    String comparison = terms.getFirst().ascending() ? ">" : "<";
    return "(%s) %s (%s)".formatted(String.join(", ", left), comparison, String.join(", ", right));
  }

  private static String lexicographic(List<Term> terms, List<@Nullable String> values) {
    List<String> branches = new ArrayList<>();
    StringBuilder equalSoFar = new StringBuilder();
    for (int i = 0; i < terms.size(); i++) {
      String expression = terms.get(i).column().expression();
      boolean isNull = values.get(i) == null;
      branches.add("(" + equalSoFar + beyond(terms, i, isNull) + ")");
      equalSoFar.append(
          isNull ? expression + " is null and " : expression + " = " + bound(terms, i) + " and ");
    }
    return "(" + String.join(" or ", branches) + ")";
  }

  private static String beyond(List<Term> terms, int i, boolean markerIsNull) {
    Column column = terms.get(i).column();
    boolean ascending = terms.get(i).ascending();
    if (markerIsNull) {
      return ascending ? column.expression() + " is not null" : "false";
    }
    String comparison = column.expression() + (ascending ? " > " : " < ") + bound(terms, i);
    return column.isNullable() && !ascending
        ? "(" + comparison + " or " + column.expression() + " is null)"
        : comparison;
  }

  private static String bound(List<Term> terms, int i) {
    return "cast(:keyset" + i + " as " + terms.get(i).column().type() + ")";
  }

  private static String orderBy(List<Term> terms) {
    List<String> parts = new ArrayList<>();
    for (Term term : terms) {
      String nulls = "";
      if (term.column().isNullable()) {
        nulls = term.ascending() ? " nulls first" : " nulls last";
      }
      parts.add(term.column().expression() + (term.ascending() ? " asc" : " desc") + nulls);
    }
    return "order by " + String.join(", ", parts) + " limit :keyset_limit";
  }
}
