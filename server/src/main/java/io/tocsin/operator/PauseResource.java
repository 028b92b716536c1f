package io.tocsin.operator;

import io.tocsin.failover.Ids;
import io.tocsin.http.Response;
import io.tocsin.recovery.Aim;
import io.tocsin.recovery.Pauses;
import io.tocsin.recovery.RecoveryPause;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pauses: made, shown, ended. */
final class PauseResource {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration USUAL = Duration.ofHours(1);
  private static final Set<Aim.Kind> SCOPES =
      EnumSet.of(Aim.Kind.REGION, Aim.Kind.SEGMENT, Aim.Kind.HOST);

  private final Pauses pauses;

  PauseResource(Pauses pauses) {
    this.pauses = pauses;
  }

  Response list(Call call) {
    Boolean isAll = call.choice("all", PauseResource::flag, List.of("true", "false"));
    UUID before = id(call.parameter("before"), "before");
    int limit = call.limit();
    List<RecoveryPause> page = pauses.list(Boolean.TRUE.equals(isAll), before, limit);
    return Document.page(page, this::json, page.size() < limit ? null : page.getLast().id())
        .answer(200);
  }

  /** The id in a parameter; null where it is not there. */
  static @Nullable UUID id(@Nullable String text, String name) {
    return text == null
        ? null
        : Ids.parse(text).orElseThrow(() -> Call.invalid(name, "must be an id"));
  }

  private static Optional<Boolean> flag(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  Response show(Call call) {
    return json(pauses.require(id(call))).answer(200);
  }

  Response create(Call call) {
    Form form = Form.of(call.request(), Set.of("scope", "target", "reason", "durationSeconds"));
    Aim aim = form.aim(SCOPES);
    String reason = form.why("reason");
    Duration duration = form.seconds("durationSeconds", USUAL, SHORTEST, Pauses.LONGEST);
    form.done();
    RecoveryPause pause = pauses.pause(call.operator(), aim, reason, duration);
    return json(pause)
        .answer(201)
        .with("Location", call.request().baseUrl() + call.request().rawPath() + "/" + pause.id());
  }

  Response resume(Call call) {
    Form form = Form.of(call.request(), Set.of("why"));
    String why = form.why("why");
    form.done();
    return json(pauses.resume(call.operator(), id(call), why)).answer(200);
  }

  Response resumeAll(Call call) {
    Form form = Form.of(call.request(), Set.of("scope", "target", "why"));
    Aim aim = form.aim(SCOPES);
    String why = form.why("why");
    form.done();
    return new Document()
        .putAll("resumed", pauses.resumeAll(call.operator(), aim, why), this::json)
        .answer(200);
  }

  private static UUID id(Call call) {
    String text = call.place(RouteTable.PAUSE);
    return Ids.parse(text)
        .orElseThrow(() -> Problem.NOT_FOUND.because("There is no pause with that id."));
  }

  private Document json(RecoveryPause pause) {
    return PauseJson.of(pause).put("target", pauses.targetName(pause).orElse(null));
  }
}
