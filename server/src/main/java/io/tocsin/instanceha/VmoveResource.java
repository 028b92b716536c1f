package io.tocsin.instanceha;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureType;
import io.tocsin.recovery.RecoveryHistory;
import io.tocsin.recovery.Vmove;
import java.util.List;
import java.util.Map;

/** The moves of a host's recovery on the wire, at every microversion (Instance HA spec §10). */
final class VmoveResource implements Resource {
  private final FailureNotifications notifications;
  private final RecoveryHistory history;
  private final Paging paging;

  VmoveResource(FailureNotifications notifications, RecoveryHistory history, Paging paging) {
    this.notifications = notifications;
    this.history = history;
    this.paging = paging;
  }

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(
        Action.INDEX,
        Operation.allowedBy("os_masakari_api:vmoves:index", this::list),
        Action.SHOW,
        Operation.allowedBy("os_masakari_api:vmoves:detail", this::show));
  }

  private Reply list(Call call) {
    List<VmoveJson> rows =
        history
            .listVmoves(
                requireHostFailure(call),
                call.query().last("status"),
                call.query().last("type"),
                paging.page(call.query(), RecoveryHistory.VMOVE_SORT_COLUMNS))
            .stream()
            .map(VmoveJson::new)
            .toList();
    return Reply.ok(Document.listUnder("vmoves", rows));
  }

  private Reply show(Call call) {
    String id = call.path("vmove");
    Vmove vmove =
        history
            .findVmove(requireHostFailure(call), id)
            .orElseThrow(() -> new Fault(404, "No vm move with id " + id + ".").asException());
    return Reply.ok(Document.under("vmove", new VmoveJson(vmove)));
  }

  private FailureNotification requireHostFailure(Call call) {
    FailureNotification notification = notifications.require(call.path("notification"));
    if (notification.type() != FailureType.COMPUTE_HOST) {
      throw Fault.badRequest("This notification " + notification.id() + " without vm moves.")
          .asException();
    }
    return notification;
  }
}
