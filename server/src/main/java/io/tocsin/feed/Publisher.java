package io.tocsin.feed;

import io.tocsin.clock.Clock;
import io.tocsin.feed.IdempotencyStore.Known;
import io.tocsin.feed.PublishStore.Row;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.UserId;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.GroupCommit;
import io.tocsin.store.GroupCommit.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Where events come in from outside. Requests that come at the same time share a commit, whatever
 * their accounts; the events of one request stand together in their account's sequence, in the
 * request's order. Thread-safe.
 *
 * <p>A request with a key is done once: its repeats, on whichever node, get the first one's answer
 * for {@link Expiry#KEY_LIFE}. Where events of it have gone meanwhile, the answer shows them as the
 * repeat describes them.
 */
public final class Publisher {
  /** Requests, not events; each has as many as the wire lets it have. */
  private static final GroupCommit.Bounds BOUNDS =
      new GroupCommit.Bounds(256, 4096, Duration.ofSeconds(30));

  private final Database database;
  private final RandomGenerator random;
  private final FeedMetrics metrics;
  private final GroupCommit<Request, Outcome> commits;

  /**
   * Events of one account that are stored together or not at all.
   *
   * @param events at least one
   * @param key null where a repeat is another request
   */
  public record Request(
      AccountId account, UserId user, List<EventContent> events, @Nullable Key key) {
    public Request {
      events = List.copyOf(events);
    }
  }

  /**
   * What a client calls a request, so that it can repeat it. Each user of each account has keys of
   * their own.
   *
   * @param digest of the whole request, in hexadecimal: the same for a repeat
   */
  public record Key(String text, String digest) {}

  private sealed interface Outcome {
    /**
     * @param isRepeat stored before, by a request with the same key
     */
    record Published(List<Event> events, boolean isRepeat) implements Outcome {}

    record Reused() implements Outcome {}
  }

  /** Whose key, and which. */
  private record KeyPlace(AccountId account, UserId user, String key) {
    static KeyPlace of(Request request, Key key) {
      return new KeyPlace(request.account(), request.user(), key.text());
    }
  }

  public Publisher(Database database, Clock clock, RandomGenerator random, FeedMetrics metrics) {
    this.database = database;
    this.random = random;
    this.metrics = metrics;
    this.commits = new GroupCommit<>(BOUNDS, clock, this::commit);
  }

  /** One that counts nothing. */
  public Publisher(Database database, Clock clock, RandomGenerator random) {
    this(database, clock, random, FeedMetrics.none());
  }

  /**
   * Stores the events and returns them as any later look will show them, once they are committed.
   *
   * <p>Throws {@link BusyException}, {@link KeyReusedException}, or {@link
   * io.tocsin.store.StoreUnavailableException}: then it is unknown whether they are stored, and
   * only a repeat with a key is safe.
   */
  public List<Event> publish(Request request) {
    Outcome outcome;
    try {
      outcome = commits.submit(request);
    } catch (GroupCommit.FullException e) {
      throw new BusyException(e);
    }
    return switch (outcome) {
      case Outcome.Published(List<Event> events, boolean isRepeat) -> {
        if (!isRepeat) {
          metrics.publishedFromOutside(events.size());
        }
        yield events;
      }
      case Outcome.Reused() -> throw new KeyReusedException();
    };
  }

  /** A key that comes twice in one batch waits for the next, where it is known. */
  private List<Entry<Request, Outcome>> commit(List<Entry<Request, Outcome>> batch) {
    List<Entry<Request, Outcome>> now = new ArrayList<>();
    List<Entry<Request, Outcome>> later = new ArrayList<>();
    Set<KeyPlace> keys = new HashSet<>();
    for (Entry<Request, Outcome> entry : batch) {
      Key key = entry.item().key();
      boolean isFirst = key == null || keys.add(KeyPlace.of(entry.item(), key));
      (isFirst ? now : later).add(entry);
    }
    Map<Entry<Request, Outcome>, Outcome> outcomes =
        Conflicts.onceMore(() -> database.inTransaction(tx -> decide(tx, now)));
    outcomes.forEach(Entry::end);
    return later;
  }

  private Map<Entry<Request, Outcome>, Outcome> decide(
      Handle tx, List<Entry<Request, Outcome>> entries) {
    Map<Entry<Request, Outcome>, Outcome> outcomes = new LinkedHashMap<>();
    Map<Entry<Request, Outcome>, UUID> seeds = new HashMap<>();
    for (Entry<Request, Outcome> entry : inOrderOfKeys(entries)) {
      UUID seed = Identifiers.random(random);
      seeds.put(entry, seed);
      Request request = entry.item();
      if (request.key() != null) {
        IdempotencyStore.take(tx, request.account(), request.user(), request.key(), seed)
            .ifPresent(known -> outcomes.put(entry, again(tx, request, known)));
      }
    }
    List<Entry<Request, Outcome>> fresh =
        entries.stream().filter(entry -> !outcomes.containsKey(entry)).toList();
    publish(tx, fresh, seeds, outcomes);
    return outcomes;
  }

  /** Two nodes that want the same keys wait for each other only if all take them in one order. */
  private static List<Entry<Request, Outcome>> inOrderOfKeys(
      List<Entry<Request, Outcome>> entries) {
    Comparator<Entry<Request, Outcome>> byPlace =
        Comparator.comparing((Entry<Request, Outcome> it) ->
            it.item().account() + "/" + it.item().user() + "/" + textOf(it.item().key()));
    return entries.stream().sorted(byPlace).toList();
  }

  private static String textOf(@Nullable Key key) {
    return key == null ? "" : key.text();
  }

  private static void publish(
      Handle tx,
      List<Entry<Request, Outcome>> entries,
      Map<Entry<Request, Outcome>, UUID> seeds,
      Map<Entry<Request, Outcome>, Outcome> outcomes) {
    List<Row> rows = new ArrayList<>();
    for (Entry<Request, Outcome> entry : entries) {
      Request request = entry.item();
      UUID seed = require(seeds, entry);
      for (int i = 0; i < request.events().size(); i++) {
        rows.add(new Row(request.account(), idOf(seed, i), request.events().get(i)));
      }
    }
    List<Event> events = Feed.publishAs(tx, rows);
    int next = 0;
    for (Entry<Request, Outcome> entry : entries) {
      Request request = entry.item();
      int end = next + request.events().size();
      List<Event> its = events.subList(next, end);
      if (request.key() != null) {
        IdempotencyStore.place(
            tx, request.account(), request.user(), request.key(), its.getFirst().sequence());
      }
      outcomes.put(entry, new Outcome.Published(its, false));
      next = end;
    }
  }

  private static <K, V> V require(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException("a request has no seed");
    }
    return value;
  }

  private static Outcome again(Handle tx, Request request, Known known) {
    Key key = request.key();
    if (key == null || !known.digest().equals(key.digest())) {
      return new Outcome.Reused();
    }
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < request.events().size(); i++) {
      ids.add(idOf(known.seed(), i));
    }
    Map<UUID, Event> stored =
        EventListStore.find(tx, ids).stream()
            .collect(Collectors.toMap(Event::id, Function.identity()));
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Event gone =
          new Event(
              known.firstSequence() + i, ids.get(i), known.createdAt(), request.events().get(i));
      events.add(stored.getOrDefault(ids.get(i), gone));
    }
    return new Outcome.Published(events, true);
  }

  /** The first has the seed itself; the others one made of it. */
  private static UUID idOf(UUID seed, int index) {
    return index == 0 ? seed : Identifiers.named(seed, Integer.toString(index));
  }
}
