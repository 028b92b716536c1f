package io.tocsin.operator;

import io.tocsin.http.Response;
import io.tocsin.recovery.ActionLog;
import io.tocsin.recovery.OperatorAction;
import java.util.List;
import java.util.UUID;

/** What operators did. */
final class ActionResource {
  private final ActionLog actions;

  ActionResource(ActionLog actions) {
    this.actions = actions;
  }

  Response list(Call call) {
    UUID before = PauseResource.id(call.parameter("before"), "before");
    int limit = call.limit();
    List<OperatorAction> page = actions.list(before, limit);
    return Document.page(
            page, ActionResource::json, page.size() < limit ? null : page.getLast().id())
        .answer(200);
  }

  static Document json(OperatorAction action) {
    return new Document()
        .put("id", action.id())
        .put("at", action.at())
        .put("by", action.by())
        .put("action", action.action())
        .put("why", action.why())
        .putTexts("details", action.details());
  }
}
