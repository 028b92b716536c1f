package io.tocsin.instanceha;

import io.tocsin.failover.Host;
import io.tocsin.failover.HostChange;
import io.tocsin.failover.HostFilter;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.NewHost;
import io.tocsin.http.Query;
import io.tocsin.instanceha.Rule.Property;
import io.tocsin.instanceha.Rule.Structure;
import io.tocsin.instanceha.Rule.Text;
import io.tocsin.instanceha.Rule.Truth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The hosts of a segment on the wire (Instance HA spec §8). */
final class HostResource implements Resource {
  private static final String POLICY = "os_masakari_api:os-hosts:";
  private static final List<Property> PROPERTIES =
      List.of(
          new Property("name", new Text(1, 255, TextForm.NAME)),
          new Property("type", new Text(0, 255, TextForm.ALPHANUMERIC)),
          new Property("control_attributes", Text.LONG),
          new Property("reserved", new Truth()),
          new Property("on_maintenance", new Truth()));
  private static final Rule CREATE =
      Structure.under(
          "host", Structure.withAll(Set.of("name", "type", "control_attributes"), PROPERTIES));
  private static final Rule UPDATE = Structure.under("host", Structure.withAny(PROPERTIES));

  private final Hosts hosts;
  private final Paging paging;

  HostResource(Hosts hosts, Paging paging) {
    this.hosts = hosts;
    this.paging = paging;
  }

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(
        Action.INDEX,
        Operation.allowedBy(POLICY + "index", this::list),
        Action.CREATE,
        Operation.allowedBy(POLICY + "create", this::create).withBody(_ -> CREATE),
        Action.SHOW,
        Operation.allowedBy(POLICY + "detail", this::show),
        Action.UPDATE,
        Operation.allowedBy(POLICY + "update", this::update).withBody(_ -> UPDATE),
        Action.DELETE,
        Operation.allowedBy(POLICY + "delete", this::delete));
  }

  private Reply list(Call call) {
    HostFilter filter =
        new HostFilter(
            call.query().last("type").orElse(null),
            flag(call.query(), "on_maintenance"),
            flag(call.query(), "reserved"));
    List<HostJson> rows =
        hosts
            .list(call.path("segment"), filter, paging.page(call.query(), Hosts.SORT_COLUMNS))
            .stream()
            .map(HostJson::new)
            .toList();
    return Reply.ok(Document.listUnder("hosts", rows));
  }

  private Reply create(Call call) {
    Fields fields = Fields.under("host", call);
    NewHost host =
        new NewHost(
            fields.text("name"),
            fields.text("type"),
            fields.text("control_attributes"),
            fields.flag("reserved", false),
            fields.flag("on_maintenance", false));
    return new Reply(201, document(hosts.create(call.path("segment"), host)));
  }

  private Reply show(Call call) {
    return Reply.ok(document(hosts.require(call.path("segment"), call.path("host"))));
  }

  private Reply update(Call call) {
    Fields fields = Fields.under("host", call);
    HostChange change =
        new HostChange(
            fields.textOrNull("name"),
            fields.textOrNull("type"),
            fields.textOrNull("control_attributes"),
            fields.flagOrNull("reserved"),
            fields.flagOrNull("on_maintenance"));
    return Reply.ok(document(hosts.update(call.path("segment"), call.path("host"), change)));
  }

  private Reply delete(Call call) {
    hosts.delete(call.path("segment"), call.path("host"));
    return Reply.nothing();
  }

  private static Document document(Host host) {
    return Document.under("host", new HostJson(host));
  }

  private static @Nullable Boolean flag(Query query, String name) {
    return query.last(name).map(text -> Flag.requireQuery(name, text)).orElse(null);
  }
}
