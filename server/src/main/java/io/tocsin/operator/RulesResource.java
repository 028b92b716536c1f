package io.tocsin.operator;

import io.tocsin.http.Response;
import io.tocsin.recovery.Rulebook;
import io.tocsin.recovery.SafetyRules;
import io.tocsin.recovery.SegmentRules;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The safety rules of a segment: shown, changed. */
final class RulesResource {
  private static final String DIFFERS = "differs";
  private static final String FENCING = "requiresFencing";
  private static final String HEARTBEATS = "watchesHeartbeats";
  private static final String SERVICES = "leastServicesUp";
  private static final String FORCE = "forcesDown";
  private static final String HOSTS = "stormHosts";
  private static final String PERCENT = "stormPercent";
  private static final String WINDOW = "stormWindowSeconds";

  // The same bounds as the settings have.
  private static final int MOST_PERCENT = 100;
  private static final int MOST_HOSTS = 10_000;
  private static final Duration LONGEST_WINDOW = Duration.ofDays(1);

  private final Rulebook rulebook;

  RulesResource(Rulebook rulebook) {
    this.rulebook = rulebook;
  }

  Response show(Call call) {
    return json(rulebook.show(call.place(RouteTable.SEGMENT))).answer(200);
  }

  Response change(Call call) {
    Form form = Form.of(call.request(), Set.of(DIFFERS, "why"));
    String why = form.why("why");
    SegmentRules differs =
        rules(
            form.inner(
                DIFFERS, Set.of(FENCING, HEARTBEATS, SERVICES, FORCE, HOSTS, PERCENT, WINDOW)));
    form.done();
    return json(rulebook.change(call.operator(), call.place(RouteTable.SEGMENT), differs, why))
        .answer(200);
  }

  private static SegmentRules rules(Form form) {
    Integer window = form.findNumber(WINDOW, 1, (int) LONGEST_WINDOW.toSeconds());
    return new SegmentRules(
        form.findFlag(FENCING),
        form.findFlag(HEARTBEATS),
        form.findNumber(SERVICES, 0, MOST_PERCENT),
        form.findFlag(FORCE),
        form.findNumber(HOSTS, 0, MOST_HOSTS),
        form.findNumber(PERCENT, 0, MOST_PERCENT),
        window == null ? null : Duration.ofSeconds(window));
  }

  private static Document json(Rulebook.Page page) {
    SafetyRules all = page.effective();
    SafetyRules.Brake brake = all.brake();
    SegmentRules differs = page.differs();
    return new Document()
        .put("segment", page.segment().id())
        .put("name", page.segment().name())
        .put(
            "effective",
            json(
                new SegmentRules(
                    all.requiresFencing(),
                    all.watchesHeartbeats(),
                    all.leastServicesUp(),
                    all.forcesDown(),
                    brake.hosts(),
                    brake.percent(),
                    brake.window())))
        .put(DIFFERS, json(differs));
  }

  private static Document json(SegmentRules rules) {
    return new Document()
        .put(FENCING, rules.requiresFencing())
        .put(HEARTBEATS, rules.watchesHeartbeats())
        .put(SERVICES, rules.leastServicesUp())
        .put(FORCE, rules.forcesDown())
        .put(HOSTS, rules.brakeHosts())
        .put(PERCENT, rules.brakePercent())
        .put(WINDOW, seconds(rules.brakeWindow()));
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }
}
