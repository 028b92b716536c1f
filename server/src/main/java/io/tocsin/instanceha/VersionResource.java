package io.tocsin.instanceha;

import java.util.Map;

/** The one version of the API, under its id (Instance HA spec §3.2). */
final class VersionResource implements Resource {
  private final Links links;

  VersionResource(Links links) {
    this.links = links;
  }

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(Action.SHOW, Operation.open(this::showNamed));
  }

  /** The version, whatever the path. */
  Reply show(Call call) {
    return Reply.ok(Versions.one(links.base(call.request())));
  }

  private Reply showNamed(Call call) {
    if (!call.path("version").equals(Versions.ID)) {
      throw new Fault(404, Fault.NOT_FOUND).asException();
    }
    return show(call);
  }
}
