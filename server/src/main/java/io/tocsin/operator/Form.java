package io.tocsin.operator;

import io.tocsin.http.Accept;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.recovery.Aim;
import io.tocsin.recovery.Gate;
import io.tocsin.store.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A body, read member by member. What is wrong is noted and something harmless returned in its
 * place, so that all of it can be told at once; {@link #done} ends the request if there is
 * anything.
 */
final class Form {
  /** Code points of a reason. */
  static final int MAX_WHY = 1000;

  /** Of names and ids. */
  private static final int MAX_NAME = 255;

  /** So many flaws are told of at most. */
  private static final int MAX_TOLD = 32;

  private static final String IS_MISSING = "is missing";

  private final JsonNode object;
  private final List<Reason> flaws;

  /** In front of its members' names where it stands in another. */
  private final String path;

  private Form(JsonNode object, String path, List<Reason> flaws) {
    this.object = object;
    this.path = path;
    this.flaws = flaws;
  }

  /** The body, an object that has no other members than these. */
  static Form of(Request request, Set<String> members) {
    requireJson(request);
    JsonNode document;
    try {
      document = Json.parse(request.body());
    } catch (MalformedJsonException e) {
      throw Problem.NOT_JSON.because(e.getMessage() + ".");
    }
    Form form = new Form(document, "", new ArrayList<>());
    if (!document.isObject()) {
      form.flaw("", "must be an object");
      form.done();
    }
    form.requireNothingBut(members);
    return form;
  }

  private void requireNothingBut(Set<String> members) {
    for (String name : object.propertyNames()) {
      if (!members.contains(name)) {
        flaw(
            shortened(name),
            "is not known here; do you mean '%s'?".formatted(Suggestion.nearest(name, members)));
      }
    }
  }

  /** The object in that member, which has no other members than these. */
  Form inner(String name, Set<String> members) {
    JsonNode value = object.path(name);
    if (!value.isObject()) {
      flaw(name, value.isMissingNode() ? IS_MISSING : "must be an object");
      return new Form(Json.object(), path + name + ".", flaws);
    }
    Form inner = new Form(value, path + name + ".", flaws);
    inner.requireNothingBut(members);
    return inner;
  }

  private static void requireJson(Request request) {
    List<String> types = request.headers().all("Content-Type");
    boolean isJson =
        types.size() == 1 && Accept.withoutParameters(types.getFirst()).equals("application/json");
    if (!isJson) {
      throw Problem.UNSUPPORTED_MEDIA_TYPE.because("The body must be application/json.");
    }
  }

  /** Ends the request if anything is wrong. */
  void done() {
    if (!flaws.isEmpty()) {
      throw Problem.INVALID_BODY.because("The body is not as it must be.", flaws);
    }
  }

  void flaw(String name, String reason) {
    if (flaws.size() < MAX_TOLD) {
      flaws.add(new Reason(path + name, reason));
    }
  }

  /** Why something is done, which nothing is done without. */
  String why(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode()) {
      flaw(name, IS_MISSING);
      return "";
    }
    return text(name, value, MAX_WHY);
  }

  private String text(String name, JsonNode value, int max) {
    if (!value.isString()) {
      flaw(name, "must be a string");
      return "";
    }
    String text = value.stringValue();
    if (text.isBlank() || text.codePointCount(0, text.length()) > max) {
      flaw(name, "must have 1 to %d characters, not only blanks".formatted(max));
    } else if (text.chars().anyMatch(Character::isISOControl)) {
      flaw(name, "must not have control characters");
    }
    return text;
  }

  /** {@code scope} and {@code target}. */
  Aim aim(Set<Aim.Kind> kinds) {
    String scopes =
        Arrays.stream(Aim.Kind.values())
            .filter(kinds::contains)
            .map(Aim.Kind::wire)
            .collect(Collectors.joining(", "));
    String text = object.path("scope").asString("");
    Optional<Aim.Kind> kind =
        Arrays.stream(Aim.Kind.values())
            .filter(kinds::contains)
            .filter(it -> it.wire().equals(text))
            .findFirst();
    if (kind.isEmpty()) {
      flaw("scope", "must be one of " + scopes);
      return Aim.REGION;
    }
    JsonNode target = object.path("target");
    if (kind.get() == Aim.Kind.REGION) {
      if (!target.isMissingNode()) {
        flaw("target", "must be left out where the scope is the region");
      }
      return Aim.REGION;
    }
    if (target.isMissingNode()) {
      flaw("target", IS_MISSING);
      return Aim.REGION;
    }
    return new Aim(kind.get(), text("target", target, MAX_NAME));
  }

  /** Gates by name; null where there is no such member. */
  @Nullable Set<Gate> findGates(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    String all = Arrays.stream(Gate.values()).map(Gate::text).collect(Collectors.joining(", "));
    Set<Gate> gates = new LinkedHashSet<>();
    if (!value.isArray() || value.isEmpty()) {
      flaw(name, "must be an array of gates, not empty: " + all);
      return gates;
    }
    for (JsonNode element : value.values()) {
      Optional<Gate> gate = Gate.parse(element.asString(""));
      gate.ifPresentOrElse(gates::add, () -> flaw(name, "has what is none of " + all));
    }
    return gates;
  }

  /** Whole seconds between those bounds. */
  Duration seconds(String name, Duration otherwise, Duration least, Duration most) {
    Integer seconds = findNumber(name, (int) least.toSeconds(), (int) most.toSeconds());
    return seconds == null ? otherwise : Duration.ofSeconds(seconds);
  }

  /** A whole number between those bounds; null where there is no such member. */
  @Nullable Integer findNumber(String name, int least, int most) {
    JsonNode value = object.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    boolean isFit =
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= least
            && value.intValue() <= most;
    if (!isFit) {
      flaw(name, "must be a whole number from %d to %d".formatted(least, most));
      return null;
    }
    return value.intValue();
  }

  /** Null where there is no such member. */
  @Nullable Boolean findFlag(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isBoolean()) {
      flaw(name, "must be true or false");
      return null;
    }
    return value.booleanValue();
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= MAX_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MAX_NAME)) + "…";
  }
}
