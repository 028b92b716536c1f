package io.tocsin.instanceha;

import io.tocsin.http.Query;
import io.tocsin.store.PageRequest;
import io.tocsin.store.PageRequest.SortKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code limit}, {@code marker}, {@code sort_key}, {@code sort_dir} (Instance HA spec §6.2). */
final class Paging {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern ROW_NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final List<String> TIE_BREAKERS = List.of("created_at", "id");

  private static final List<SortKey> IN_ANY_ORDER = List.of(new SortKey("id", true));

  private final int maxLimit;

  /**
   * @param maxLimit rows in one answer, also when the caller asks for more
   */
  Paging(int maxLimit) {
    this.maxLimit = maxLimit;
  }

  /** The page asked for; a 400 where the parameters make no sense for those columns. */
  PageRequest page(Query query, List<String> columns) {
    int limit = limit(query, "limit");
    limit(query, "page_size"); // checked, but it has no effect
    if (limit == 0) {
      // Nothing else is looked at then, and never has been.
      return new PageRequest(0, OptionalLong.empty(), IN_ANY_ORDER);
    }
    return new PageRequest(limit, marker(query), sort(query, columns));
  }

  private int limit(Query query, String name) {
    Optional<String> text = query.last(name).map(String::strip);
    if (text.isEmpty()) {
      return maxLimit;
    }
    if (!INTEGER.matcher(text.get()).matches()) {
      throw invalid(name + " must be an integer");
    }
    BigInteger limit = new BigInteger(text.get());
    if (limit.signum() < 0) {
      throw invalid(name + " must be >= 0");
    }
    return limit.min(BigInteger.valueOf(maxLimit)).intValueExact();
  }

  private static OptionalLong marker(Query query) {
    Optional<String> marker = query.last("marker");
    if (marker.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!ROW_NUMBER.matcher(marker.get()).matches()) {
      throw Fault.badRequest("Marker " + marker.get() + " could not be found.").asException();
    }
    return OptionalLong.of(Long.parseLong(marker.get()));
  }

  /**
   * The n-th direction belongs to the n-th key; where directions are missing the first one fills
   * in, for the tie breakers too. Nothing can follow {@code id}, which makes the order total.
   */
  private static List<SortKey> sort(Query query, List<String> columns) {
    List<String> keys = query.all("sort_key").stream().map(String::strip).toList();
    if (keys.isEmpty()) {
      keys = List.of("created_at");
    }
    List<Boolean> ascending =
        query.all("sort_dir").stream().map(String::strip).map(Paging::isAscending).toList();
    if (ascending.size() > keys.size()) {
      throw invalid("Sort direction size exceeds sort key size");
    }
    boolean otherwise = !ascending.isEmpty() && ascending.getFirst();
    List<SortKey> sort = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      if (!columns.contains(key)) {
        throw Fault.badRequest("InvalidSortKey('Sort key supplied is invalid: %s')".formatted(key))
            .asException();
      }
      if (seen.add(key)) {
        sort.add(new SortKey(key, i < ascending.size() ? ascending.get(i) : otherwise));
      }
    }
    for (String key : TIE_BREAKERS) {
      if (seen.add(key)) {
        sort.add(new SortKey(key, otherwise));
      }
    }
    List<String> order = sort.stream().map(SortKey::column).toList();
    return sort.subList(0, order.indexOf("id") + 1);
  }

  private static boolean isAscending(String direction) {
    return switch (direction) {
      case "asc" -> true;
      case "desc" -> false;
      default -> throw invalid("Unknown sort direction, must be 'asc' or 'desc'");
    };
  }

  private static FaultException invalid(String what) {
    return Fault.badRequest("Invalid input received: " + what).asException();
  }
}
