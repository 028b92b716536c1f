package io.tocsin.operator;

import io.tocsin.recovery.Explanations;
import io.tocsin.recovery.RecoveryLine;
import io.tocsin.recovery.Wait;
import io.tocsin.store.Columns;
import org.jspecify.annotations.Nullable;

/** Documents of recoveries in few words, and of how they stand all together. */
final class RecoveryJson {
  private RecoveryJson() {}

  static Document line(RecoveryLine line) {
    return new Document()
        .put("id", line.id())
        .put("type", line.type())
        .put("host", line.hostName())
        .put("hostID", line.host())
        .put("segmentID", line.segment())
        .put("state", line.state().wire())
        .put("status", Columns.lower(line.status()))
        .put("message", line.message())
        .put("attempts", line.attempts())
        .put("isCancelled", line.isCancelled())
        .put("waitsFor", wait(line.waitsFor()))
        .put("receivedAt", line.receivedAt());
  }

  private static @Nullable Document wait(@Nullable Wait wait) {
    return switch (wait) {
      case null -> null;
      case Wait.ForResume(var pause) ->
          of("pause").put("until", pause.expiresAt()).put("pause", PauseJson.of(pause));
      case Wait.ForGate(String gate, var until) -> of("gate").put("until", until).put("gate", gate);
      case Wait.ForCloud(int outages, var until) ->
          of("cloud").put("until", until).put("outages", outages);
      case Wait.ForNextAttempt(var until) -> of("next-attempt").put("until", until);
      case Wait.ForHost _ -> of("host");
      case Wait.ForNode _ -> of("node");
      case Wait.ForItsEnd _ -> of("end");
    };
  }

  private static Document of(String kind) {
    return new Document().put("kind", kind);
  }

  static Document summary(Explanations.Summary summary) {
    Document states = new Document();
    for (RecoveryLine.State state : RecoveryLine.State.values()) {
      if (state != RecoveryLine.State.DONE) {
        states.put(state.wire(), summary.open().getOrDefault(state, 0L));
      }
    }
    Document held = new Document();
    summary.held().forEach(held::put);
    return new Document()
        .put("recoveries", states)
        .put("heldBy", held)
        .put("failedLately", summary.failedLately())
        .putAll("pauses", summary.pauses(), PauseJson::of);
  }
}
