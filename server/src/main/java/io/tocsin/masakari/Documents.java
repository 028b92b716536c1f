package io.tocsin.masakari;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Host;
import io.tocsin.failover.HostId;
import io.tocsin.failover.Ids;
import io.tocsin.failover.PastFailure;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.failover.SegmentId;
import io.tocsin.recovery.RecordedStep;
import io.tocsin.recovery.RecordedStep.RecordedMessage;
import io.tocsin.recovery.Vmove;
import io.tocsin.recovery.VmoveId;
import io.tocsin.recovery.VmoveStatus;
import io.tocsin.store.Texts;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the source's documents (Instance HA spec §7 to §10). What they lack but old releases did
 * not have gets its default; all else that is wrong is an {@link OddException}.
 */
final class Documents {
  private static final int MAX_QUOTED = 60;

  private Documents() {}

  /** A document that we cannot hold. The message says which part, for people. */
  static final class OddException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OddException(String message) {
      super(message);
    }
  }

  static Segment segment(JsonNode node) {
    return new Segment(
        number(node),
        new SegmentId(uuid(node, "uuid")),
        text(node, "name"),
        text(node, "service_type"),
        constant(RecoveryMethod.class, node, "recovery_method"),
        // Releases before microversion 1.2 had no switch.
        flag(node, "enabled", true),
        textOrNull(node, "description"),
        time(node, "created_at"),
        timeOrNull(node, "updated_at"));
  }

  /** A host of that segment. */
  static Host host(JsonNode node, Segment segment) {
    return new Host(
        number(node),
        new HostId(uuid(node, "uuid")),
        text(node, "name"),
        segment,
        textOr(node, "type", ""),
        textOr(node, "control_attributes", ""),
        flag(node, "reserved", false),
        flag(node, "on_maintenance", false),
        true,
        time(node, "created_at"),
        timeOrNull(node, "updated_at"));
  }

  static Report notification(JsonNode node) {
    FailureNotificationId id = new FailureNotificationId(uuid(node, "notification_uuid"));
    FailureStatus status = constant(FailureStatus.class, node, "status");
    if (!status.isFinal()) {
      return new Report.Open(id, text(node, "status"));
    }
    String segment = textOrNull(node, "failover_segment_uuid");
    return new Report.Ended(
        new PastFailure(
            id,
            time(node, "generated_time"),
            new HostId(uuid(node, "source_host_uuid")),
            segment == null ? null : new SegmentId(uuid(node, "failover_segment_uuid")),
            constant(FailureType.class, node, "type"),
            payload(node.path("payload")),
            status,
            textOrNull(node, "message"),
            time(node, "created_at"),
            timeOrNull(node, "updated_at")));
  }

  private static Map<String, String> payload(JsonNode node) {
    if (!node.isObject()) {
      throw new OddException("payload is no object");
    }
    Map<String, String> payload = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      payload.put(storable("payload", entry.getKey()), text(node, entry.getKey()));
    }
    return payload;
  }

  static Vmove vmove(JsonNode node, FailureNotificationId notification) {
    return new Vmove(
        number(node),
        new VmoveId(uuid(node, "uuid")),
        notification,
        new ServerId(uuid(node, "instance_uuid")),
        textOr(node, "instance_name", ""),
        text(node, "source_host"),
        textOrNull(node, "dest_host"),
        timeOrNull(node, "start_time"),
        timeOrNull(node, "end_time"),
        textOr(node, "type", "evacuation"),
        constant(VmoveStatus.class, node, "status"),
        textOrNull(node, "message"),
        time(node, "created_at"),
        timeOrNull(node, "updated_at"));
  }

  /** What stands under {@code recovery_workflow_details}. */
  static List<RecordedStep> steps(JsonNode details) {
    List<RecordedStep> steps = new ArrayList<>();
    for (JsonNode step : details) {
      List<RecordedMessage> messages = new ArrayList<>();
      for (JsonNode message : step.path("progress_details")) {
        messages.add(
            new RecordedMessage(
                time(message, "timestamp"), progress(message), textOr(message, "message", "")));
      }
      steps.add(
          new RecordedStep(text(step, "name"), progress(step), text(step, "state"), messages));
    }
    return steps;
  }

  /** A number in steps, a string in their messages. */
  private static double progress(JsonNode node) {
    JsonNode progress = node.path("progress");
    double value;
    try {
      value =
          progress.isNumber() ? progress.doubleValue() : Double.parseDouble(progress.asString());
    } catch (NumberFormatException _) {
      throw odd("progress", progress);
    }
    if (!(value >= 0 && value <= 1)) {
      throw odd("progress", progress);
    }
    return value;
  }

  /** The integer id, which paging needs. */
  static long number(JsonNode node) {
    JsonNode id = node.path("id");
    if (!id.canConvertToLong() || !id.isIntegralNumber()) {
      throw odd("id", id);
    }
    return id.longValue();
  }

  private static UUID uuid(JsonNode node, String name) {
    return Ids.parse(text(node, name)).orElseThrow(() -> odd(name, node.path(name)));
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw odd(name, value);
    }
    return storable(name, value.stringValue());
  }

  private static @Nullable String textOrNull(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNull() || value.isMissingNode() ? null : text(node, name);
  }

  private static String textOr(JsonNode node, String name, String otherwise) {
    String text = textOrNull(node, name);
    return text == null ? otherwise : text;
  }

  private static String storable(String name, String text) {
    if (!Texts.isStorable(text)) {
      throw new OddException(name + " holds characters that no database can");
    }
    return text;
  }

  private static boolean flag(JsonNode node, String name, boolean otherwise) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw odd(name, value);
    }
    return value.booleanValue();
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonNode node, String name) {
    String text = text(node, name);
    try {
      return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw odd(name, node.path(name));
    }
  }

  private static Instant time(JsonNode node, String name) {
    Instant time = timeOrNull(node, name);
    if (time == null) {
      throw odd(name, node.path(name));
    }
    return time;
  }

  /** No zone means UTC; a blank may stand for the T. Microseconds are what we keep. */
  private static @Nullable Instant timeOrNull(JsonNode node, String name) {
    String text = textOrNull(node, name);
    if (text == null) {
      return null;
    }
    String iso = text.strip().replace(' ', 'T');
    try {
      boolean hasZone = iso.matches(".*(Z|[+-]\\d{2}:?\\d{2})");
      Instant time =
          hasZone
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      return time.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException _) {
      throw odd(name, node.path(name));
    }
  }

  private static OddException odd(String name, JsonNode value) {
    if (value.isMissingNode()) {
      return new OddException(name + " is missing");
    }
    String text = value.toString();
    return new OddException(
        "%s is %s"
            .formatted(
                name, text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text));
  }
}
