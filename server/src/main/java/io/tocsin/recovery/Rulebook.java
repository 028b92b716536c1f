package io.tocsin.recovery;

import io.tocsin.failover.Segment;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The safety rules of segments, as operators see and change them. What is refused is an {@link
 * OperationRefusedException}. Thread-safe.
 */
public final class Rulebook {
  private final Surroundings around;
  private final SafetyRules settings;

  /**
   * The rules of the segments of that database.
   *
   * @param settings what holds where a segment says nothing else
   */
  public Rulebook(Surroundings around, SafetyRules settings) {
    this.around = around;
    this.settings = settings;
  }

  /**
   * The rules of one segment.
   *
   * @param differs in what they are not as the settings have them
   */
  public record Page(Segment segment, SafetyRules effective, SegmentRules differs) {}

  /**
   * What holds for a segment.
   *
   * @param idOrName any text
   */
  public Page show(String idOrName) {
    Segment segment = around.targets().segment(idOrName);
    SegmentRules differs =
        around.database().read(handle -> SegmentRulesStore.find(handle, segment.id().value()));
    return new Page(segment, differs.over(settings), differs);
  }

  /** Replaces all in which a segment's rules differ; recoveries that begin from now on obey. */
  public Page change(Operator by, String idOrName, SegmentRules differs, String why) {
    Segment segment = around.targets().segment(idOrName);
    Deed deed =
        new Deed(
            by,
            Deed.Kind.CHANGE_RULES,
            why,
            Target.ofSegment(segment.id().value(), segment.name()),
            Map.of("rules", SegmentRulesStore.text(differs)));
    around
        .database()
        .inTransaction(tx -> {
          SegmentRulesStore.save(tx, segment.id().value(), differs, by.text());
          long action = ActionStore.insert(tx, deed);
          Instant now = ActionStore.at(tx, action);
          around.feed().publish(tx, List.of(OperationsNews.rulesChanged(deed, now)));
          return action;
        });
    // Those that a gate holds may pass by the new rules.
    around.wake().run();
    return new Page(segment, differs.over(settings), differs);
  }
}
