package io.tocsin.instanceha;

import io.tocsin.failover.NewSegment;
import io.tocsin.failover.Segment;
import io.tocsin.failover.SegmentChange;
import io.tocsin.failover.SegmentChange.Description;
import io.tocsin.failover.SegmentFilter;
import io.tocsin.failover.Segments;
import io.tocsin.http.Query;
import io.tocsin.instanceha.Rule.Choice;
import io.tocsin.instanceha.Rule.Property;
import io.tocsin.instanceha.Rule.Structure;
import io.tocsin.instanceha.Rule.Text;
import io.tocsin.instanceha.Rule.Truth;
import io.tocsin.store.PageRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Segments on the wire (Instance HA spec §7). */
final class SegmentResource implements Resource {
  private static final String POLICY = "os_masakari_api:segments:";
  private static final Text NAME = new Text(1, 255, TextForm.NAME);
  private static final List<Property> PROPERTIES =
      List.of(
          new Property("name", NAME),
          new Property("description", Text.LONG_OR_NULL),
          new Property("recovery_method", new Choice(SegmentJson.METHODS)),
          new Property("service_type", NAME));
  private static final Property ENABLED = new Property("enabled", new Truth());
  private static final Set<String> REQUIRED = Set.of("name", "recovery_method", "service_type");

  private static final Rule CREATE =
      Structure.under("segment", Structure.withAll(REQUIRED, PROPERTIES));
  private static final Rule UPDATE = Structure.under("segment", Structure.withAny(PROPERTIES));
  private static final Rule CREATE_1_2 =
      Structure.under("segment", Structure.withAll(REQUIRED, PROPERTIES).and(ENABLED));
  private static final Rule UPDATE_1_2 =
      Structure.under("segment", Structure.withAny(PROPERTIES).and(ENABLED));

  private final Segments segments;
  private final Paging paging;

  SegmentResource(Segments segments, Paging paging) {
    this.segments = segments;
    this.paging = paging;
  }

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(
        Action.INDEX,
        Operation.allowedBy(POLICY + "index", this::list),
        Action.CREATE,
        Operation.allowedBy(POLICY + "create", this::create)
            .withBody(version -> knowsEnabled(version) ? CREATE_1_2 : CREATE),
        Action.SHOW,
        Operation.allowedBy(POLICY + "detail", this::show),
        Action.UPDATE,
        Operation.allowedBy(POLICY + "update", this::update)
            .withBody(version -> knowsEnabled(version) ? UPDATE_1_2 : UPDATE),
        Action.DELETE,
        Operation.allowedBy(POLICY + "delete", this::delete));
  }

  private Reply list(Call call) {
    Query query = call.query();
    Optional<Boolean> isEnabled = query.last("enabled").flatMap(Flag::ofQuery);
    SegmentFilter filter =
        new SegmentFilter(
            query.last("recovery_method").orElse(null),
            query.last("service_type").orElse(null),
            isEnabled.orElse(null));
    PageRequest page = paging.page(query, Segments.SORT_COLUMNS);
    if (query.last("enabled").isPresent() && isEnabled.isEmpty()) {
      // No segment is enabled "maybe"; the rest of the request must still make sense.
      page = new PageRequest(0, page.marker(), page.sort());
    }
    List<SegmentJson> rows = segments.list(filter, page).stream().map(SegmentJson::new).toList();
    return Reply.ok(Document.listUnder("segments", rows));
  }

  private Reply create(Call call) {
    Fields fields = Fields.under("segment", call);
    NewSegment segment =
        new NewSegment(
            fields.text("name"),
            fields.text("service_type"),
            SegmentJson.method(fields.text("recovery_method")),
            fields.flag("enabled", true),
            fields.textOrNull("description"));
    return new Reply(201, document(segments.create(segment)));
  }

  private Reply show(Call call) {
    return Reply.ok(document(segments.require(call.path("segment"))));
  }

  private Reply update(Call call) {
    Fields fields = Fields.under("segment", call);
    SegmentChange change =
        new SegmentChange(
            fields.textOrNull("name"),
            fields.textOrNull("service_type"),
            fields.has("recovery_method")
                ? SegmentJson.method(fields.text("recovery_method"))
                : null,
            fields.flagOrNull("enabled"),
            fields.has("description") ? new Description(fields.textOrNull("description")) : null);
    return Reply.ok(document(segments.update(call.path("segment"), change)));
  }

  private Reply delete(Call call) {
    segments.delete(call.path("segment"));
    return Reply.nothing();
  }

  private static Document document(Segment segment) {
    return Document.under("segment", new SegmentJson(segment));
  }

  private static boolean knowsEnabled(Microversion version) {
    return version.isAtLeast(Microversion.V1_2);
  }
}
