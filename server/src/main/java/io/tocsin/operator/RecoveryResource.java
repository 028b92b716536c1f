package io.tocsin.operator;

import io.tocsin.failover.FailureStatus;
import io.tocsin.http.Response;
import io.tocsin.recovery.Aim;
import io.tocsin.recovery.Explanations;
import io.tocsin.recovery.Gate;
import io.tocsin.recovery.Interventions;
import io.tocsin.recovery.RecoveryFilter;
import io.tocsin.recovery.RecoveryLine;
import io.tocsin.store.Columns;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Recoveries: listed, explained, cancelled, retried, approved. */
final class RecoveryResource {
  private static final String WHY = "why";

  private final Explanations explanations;
  private final Interventions interventions;

  RecoveryResource(Explanations explanations, Interventions interventions) {
    this.explanations = explanations;
    this.interventions = interventions;
  }

  Response summarize(Call call) {
    return RecoveryJson.summary(explanations.summary()).answer(200);
  }

  Response list(Call call) {
    RecoveryFilter filter =
        new RecoveryFilter(
            oneOf(call, "state", RecoveryLine.State.values()),
            oneOf(call, "status", FailureStatus.values()),
            call.parameter("segment"),
            call.parameter("host"));
    int limit = call.limit();
    List<RecoveryLine> page = explanations.list(filter, call.parameter("after"), limit);
    return Document.page(page, RecoveryJson::line, page.size() < limit ? null : page.getLast().id())
        .answer(200);
  }

  private static <E extends Enum<E>> @Nullable E oneOf(Call call, String name, E[] all) {
    Function<E, String> wire = Columns::lower;
    return call.choice(
        name,
        text -> Arrays.stream(all).filter(it -> wire.apply(it).equals(text)).findFirst(),
        Arrays.stream(all).map(wire).toList());
  }

  Response show(Call call) {
    return shown(call);
  }

  Response cancel(Call call) {
    Form form = Form.of(call.request(), Set.of(WHY));
    String why = form.why(WHY);
    form.done();
    interventions.cancel(call.operator(), call.place(RouteTable.RECOVERY), why);
    return shown(call);
  }

  Response retry(Call call) {
    Form form = Form.of(call.request(), Set.of(WHY, "override"));
    String why = form.why(WHY);
    Set<Gate> override = form.findGates("override");
    form.done();
    interventions.retry(
        call.operator(),
        call.place(RouteTable.RECOVERY),
        why,
        override == null ? Set.of() : override);
    return shown(call);
  }

  private Response shown(Call call) {
    return ExplanationJson.of(explanations.explain(call.place(RouteTable.RECOVERY))).answer(200);
  }

  Response approve(Call call) {
    Form form = Form.of(call.request(), Set.of("scope", "target", "gates", WHY));
    Aim aim = form.aim(EnumSet.allOf(Aim.Kind.class));
    Set<Gate> gates = form.findGates("gates");
    String why = form.why(WHY);
    form.done();
    return new Document()
        .putAll(
            "approved",
            interventions.approve(call.operator(), aim, gates, why),
            it ->
                new Document()
                    .put("recovery", it.recovery())
                    .put("host", it.host())
                    .put("gate", it.gate().text()))
        .answer(200);
  }
}
