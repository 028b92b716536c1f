package io.tocsin.operator;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Reported;
import io.tocsin.recovery.Explanation;
import io.tocsin.recovery.Explanation.Move;
import io.tocsin.recovery.Explanation.PlannedInstance;
import io.tocsin.recovery.Explanation.RecordedAttempt;
import io.tocsin.recovery.Explanation.StepTaken;
import io.tocsin.recovery.Explanation.Verdict;
import java.util.List;
import java.util.TreeMap;

/** The document that explains a recovery. */
final class ExplanationJson {
  private ExplanationJson() {}

  static Document of(Explanation it) {
    List<PlannedInstance> plan = it.plan();
    Document document =
        RecoveryJson.line(it.line())
            .put("segment", it.segmentName())
            .put("isHostOnMaintenance", it.isHostOnMaintenance())
            .put("trigger", trigger(it.trigger()))
            .putAll("gates", it.gates(), ExplanationJson::verdict);
    if (plan != null) {
      document.putAll("plan", plan, ExplanationJson::planned);
    }
    return document
        .putAll("attemptsMade", it.attempts(), ExplanationJson::attempt)
        .putAll("steps", it.steps(), ExplanationJson::step)
        .putAll("instances", it.instances(), ExplanationJson::move)
        .putAll(
            "reservedHosts",
            it.reservedHosts(),
            spare -> new Document().put("host", spare.host()).put("since", spare.since()))
        .putAll(
            "overrides",
            it.overrides(),
            opened ->
                new Document()
                    .put("gate", opened.gate())
                    .put("by", opened.by().by())
                    .put("why", opened.by().why())
                    .put("at", opened.by().at()))
        .putAll("actions", it.actions(), ActionResource::json);
  }

  private static Document trigger(Reported reported) {
    FailureNotification report = reported.notification();
    return new Document()
        .put("summary", reported.summary())
        .put("generatedAt", report.generatedTime())
        .put("receivedAt", reported.receivedAt())
        .putTexts("payload", new TreeMap<>(report.payload()));
  }

  private static Document verdict(Verdict it) {
    return new Document()
        .put("attempt", it.attempt())
        .put("gate", it.gate())
        .put("verdict", it.verdict())
        .put("reason", it.reason())
        .putTexts("inputs", it.inputs())
        .put("at", it.at());
  }

  private static Document planned(PlannedInstance it) {
    return new Document()
        .put("position", it.position())
        .put("instance", it.instance())
        .put("name", it.name())
        .put("project", it.project())
        .put("vmState", it.vmState())
        .put("isHAEnabled", it.isHaEnabled())
        .put("leftBecause", it.leftBecause());
  }

  private static Document attempt(RecordedAttempt it) {
    return new Document()
        .put("attempt", it.attempt())
        .put("epoch", it.epoch())
        .put("node", it.node())
        .put("beganAt", it.beganAt())
        .put("endedAt", it.endedAt())
        .put("outcome", it.outcome())
        .put("reason", it.reason());
  }

  private static Document step(StepTaken it) {
    return new Document()
        .put("attempt", it.attempt())
        .put("name", it.name())
        .put("state", it.state())
        .put("startedAt", it.startedAt())
        .put("endedAt", it.endedAt())
        .putAll(
            "messages",
            it.messages(),
            message ->
                new Document()
                    .put("at", message.at())
                    .put("progress", message.progress())
                    .put("text", message.text()));
  }

  private static Document move(Move it) {
    return new Document()
        .put("instance", it.instance())
        .put("name", it.name())
        .put("status", it.status().wire())
        .put("from", it.from())
        .put("to", it.to())
        .put("startedAt", it.startedAt())
        .put("endedAt", it.endedAt())
        .put("message", it.message())
        .put("cloudRequestID", it.cloudRequest());
  }
}
