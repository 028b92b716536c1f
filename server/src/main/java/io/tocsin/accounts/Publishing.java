package io.tocsin.accounts;

import io.tocsin.clock.Clock;
import io.tocsin.feed.Event;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Publisher;
import io.tocsin.feed.Reader;
import io.tocsin.http.Headers;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where events come in, one or many at once, all or none (extensions of the Astra
 * spec, after that API's own conventions for writes, §14.1).
 */
final class Publishing {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** Events of one request. */
  static final int MAX_EVENTS = 200;

  static final int MAX_KEY_LENGTH = 255;

  private final Publisher publisher;
  private final Clock clock;
  private final RandomGenerator random;

  Publishing(Publisher publisher, Clock clock, RandomGenerator random) {
    this.publisher = publisher;
    this.clock = clock;
    this.random = random;
  }

  Response publish(Noun noun, Call call) {
    Request request = call.request();
    requireHeaders(noun, request.headers());
    JsonNode document = Body.document(request);
    boolean isList = isList(noun, document);
    List<EventContent> contents = contents(noun, call.reader(), document, isList);
    List<Event> events =
        publisher.publish(
            new Publisher.Request(
                call.reader().account(), call.reader().user(), contents, key(noun, request)));
    return isList ? answerList(noun, call, events) : answerOne(noun, call, events.getFirst());
  }

  private static Response answerOne(Noun noun, Call call, Event event) {
    Request request = call.request();
    byte[] document = EventJson.bytes(noun, event, call.reader().user());
    String id = noun.view().idOf(event.id(), call.reader().user()).toString();
    return call.answer(201, document)
        .with("Location", request.baseUrl() + request.rawPath() + "/" + id);
  }

  private static Response answerList(Noun noun, Call call, List<Event> events) {
    ListDocument document = new ListDocument(noun, call.reader().user(), List.of());
    events.forEach(document::add);
    return call.answer(201, document.bytes(null, null));
  }

  private static void requireHeaders(Noun noun, Headers headers) {
    List<Reason> reasons = new ArrayList<>(Body.flawsOfType(headers, noun.listOffers()));
    List<String> keys = headers.all(IDEMPOTENCY_KEY);
    if (keys.size() > 1 || !keys.stream().allMatch(Publishing::isKey)) {
      reasons.add(
          new Reason(
              IDEMPOTENCY_KEY,
              "must be one text of 1 to %d visible ASCII characters".formatted(MAX_KEY_LENGTH)));
    }
    if (!reasons.isEmpty()) {
      throw Problem.INVALID_HEADERS.asException(reasons);
    }
  }

  private static boolean isKey(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_KEY_LENGTH
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static boolean isList(Noun noun, JsonNode document) {
    JsonNode type = document.get("type");
    return type != null && type.isString() && type.stringValue().equals(noun.listType());
  }

  private List<EventContent> contents(Noun noun, Reader author, JsonNode document, boolean isList) {
    Flaws flaws = new Flaws();
    List<EventContent> contents = new ArrayList<>();
    Instant now = clock.now();
    for (Form form : forms(noun, document, isList, flaws)) {
      contents.add(new EventForm(noun, author, now, random, form).content());
    }
    flaws.throwIfAny();
    return contents;
  }

  private static List<Form> forms(Noun noun, JsonNode document, boolean isList, Flaws flaws) {
    if (!document.isObject()) {
      flaws.againstSchema("", "must be an object");
      return List.of();
    }
    Form whole = new Form(document, "", flaws);
    if (!isList) {
      return List.of(whole);
    }
    whole.requireNothingBut(Set.of("type", "version", "items"), Set.of());
    EventForm.requireVersion(noun, whole);
    int size = document.path("items").size();
    if (size < 1 || size > MAX_EVENTS) {
      flaws.againstSchema("items", "must have 1 to %d elements".formatted(MAX_EVENTS));
      return List.of();
    }
    return whole.objects("items");
  }

  private static Publisher.@Nullable Key key(Noun noun, Request request) {
    String key = request.headers().first(IDEMPOTENCY_KEY).orElse(null);
    return key == null ? null : new Publisher.Key(key, digest(noun, request.body()));
  }

  private static String digest(Noun noun, byte[] body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(noun.type().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(sha256.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
