package io.tocsin.operator;

import io.tocsin.http.Response;
import io.tocsin.recovery.Purge;
import io.tocsin.recovery.Purged;
import io.tocsin.recovery.Retention;
import java.time.Duration;
import java.util.Set;

/** Removes what ended long ago. */
final class PurgeResource {
  /** As masakari-manage has it. */
  private static final Duration USUAL = Duration.ofDays(30);

  private final Purge purge;

  PurgeResource(Purge purge) {
    this.purge = purge;
  }

  Response purge(Call call) {
    Form form = Form.of(call.request(), Set.of("why", "olderThanSeconds", "max", "isDryRun"));
    boolean isDryRun = Boolean.TRUE.equals(form.findFlag("isDryRun"));
    // Nobody has to say why they look.
    String why = isDryRun ? "" : form.why("why");
    Duration olderThan =
        form.seconds("olderThanSeconds", USUAL, Retention.SHORTEST, Retention.LONGEST);
    Integer max = form.findNumber("max", 1, Integer.MAX_VALUE);
    form.done();
    long most = max == null ? Long.MAX_VALUE : max;
    Purged purged =
        isDryRun
            ? purge.purge(olderThan, most, true)
            : purge.purge(call.operator(), why, olderThan, most);
    Document removed = new Document();
    for (Purged.Kind kind : Purged.Kind.values()) {
      if (kind != Purged.Kind.ACTIONS) {
        removed.put(kind.wire(), purged.of(kind));
      }
    }
    return new Document()
        .put("isDryRun", isDryRun)
        .put("isComplete", purged.isComplete())
        .put("removed", removed)
        .answer(200);
  }
}
