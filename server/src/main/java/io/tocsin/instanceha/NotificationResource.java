package io.tocsin.instanceha;

import io.tocsin.failover.FailureFilter;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureReport;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Intake;
import io.tocsin.http.Query;
import io.tocsin.instanceha.Rule.Choice;
import io.tocsin.instanceha.Rule.Presence;
import io.tocsin.instanceha.Rule.Property;
import io.tocsin.instanceha.Rule.Strings;
import io.tocsin.instanceha.Rule.Structure;
import io.tocsin.instanceha.Rule.Text;
import io.tocsin.recovery.RecoveryHistory;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Failure notifications on the wire (Instance HA spec §9). */
final class NotificationResource implements Resource {
  private static final String POLICY = "os_masakari_api:notifications:";
  private static final Rule CREATE =
      Structure.under(
          "notification",
          required(
              new Property("type", new Choice(typeNames())),
              new Property("hostname", new Text(1, 255, TextForm.HOSTNAME)),
              new Property("generated_time", new Text(0, 255, TextForm.DATE_TIME)),
              new Property("payload", new Strings(TextForm.PAYLOAD_KEY, 255))));
  private static final Property STARTED_OR_STOPPED =
      new Property("event", Choice.of("STARTED", "STOPPED"));
  private static final Rule COMPUTE_HOST_PAYLOAD =
      new Structure(
          List.of(
              STARTED_OR_STOPPED,
              new Property("host_status", Choice.of("NORMAL", "UNKNOWN")),
              new Property("cluster_status", Choice.of("ONLINE", "OFFLINE"))),
          Set.of("event"),
          Presence.ALL_BEFORE_UNKNOWN);
  private static final Rule PROCESS_PAYLOAD =
      required(new Property("process_name", new Text(1, 4096, TextForm.FREE)), STARTED_OR_STOPPED);
  private static final Rule VM_PAYLOAD =
      required(
          new Property("instance_uuid", new Text(0, 255, TextForm.UUID)),
          new Property("vir_domain_event", new Text(1, 255, TextForm.FREE)),
          new Property("event", new Text(1, 255, TextForm.FREE)));

  private final FailureNotifications notifications;
  private final Intake intake;
  private final RecoveryHistory history;
  private final Paging paging;

  NotificationResource(
      FailureNotifications notifications, Intake intake, RecoveryHistory history, Paging paging) {
    this.notifications = notifications;
    this.intake = intake;
    this.history = history;
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
        Operation.allowedBy(POLICY + "detail", this::show));
  }

  private Reply list(Call call) {
    Query query = call.query();
    FailureFilter filter =
        new FailureFilter(
            query.last("status").orElse(null),
            query.last("type").orElse(null),
            query.last("source_host_uuid").orElse(null),
            generatedSince(query));
    List<NotificationJson> rows =
        notifications.list(filter, paging.page(query, FailureNotifications.SORT_COLUMNS)).stream()
            .map(NotificationJson::new)
            .toList();
    return Reply.ok(Document.listUnder("notifications", rows));
  }

  /** The payload of the type is looked at here, after the policy (Instance HA spec §4.5). */
  private Reply create(Call call) {
    Fields fields = Fields.under("notification", call);
    FailureType type = FailureType.valueOf(fields.text("type"));
    JsonNode payload = fields.object().path("payload");
    BodyCheck.require(payloadRule(type), payload);
    Map<String, String> values = new LinkedHashMap<>();
    payload.properties().forEach(it -> values.put(it.getKey(), it.getValue().stringValue()));
    FailureReport report =
        new FailureReport(
            type,
            fields.text("hostname"),
            WireTime.parse(fields.text("generated_time")).orElseThrow(),
            values);
    return new Reply(202, document(new NotificationJson(intake.accept(report))));
  }

  private Reply show(Call call) {
    FailureNotification notification = notifications.require(call.path("notification"));
    return Reply.ok(
        document(
            call.version().isAtLeast(Microversion.V1_1)
                ? new NotificationJson(notification, history.listSteps(notification))
                : new NotificationJson(notification)));
  }

  private static Document document(NotificationJson notification) {
    return Document.under("notification", notification);
  }

  /** With a hyphen; {@code generated_since} has never had an effect. */
  private static @Nullable Instant generatedSince(Query query) {
    return query
        .last("generated-since")
        .map(text ->
            WireTime.parse(text)
                .orElseThrow(() -> Fault.badRequest("Invalid generated-since value").asException()))
        .orElse(null);
  }

  private static Rule payloadRule(FailureType type) {
    return switch (type) {
      case COMPUTE_HOST -> COMPUTE_HOST_PAYLOAD;
      case VM -> VM_PAYLOAD;
      case PROCESS -> PROCESS_PAYLOAD;
    };
  }

  private static Structure required(Property... properties) {
    return new Structure(
        List.of(properties),
        Set.copyOf(Arrays.stream(properties).map(Property::name).toList()),
        Presence.ALL_BEFORE_UNKNOWN);
  }

  private static List<String> typeNames() {
    return Arrays.stream(FailureType.values()).map(FailureType::name).toList();
  }
}
