package io.tocsin.instanceha;

import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** A segment's document (Instance HA spec §7). */
record SegmentJson(Segment segment) implements Document {
  /** The recovery methods' names on the wire. */
  static final List<String> METHODS =
      Arrays.stream(RecoveryMethod.values()).map(SegmentJson::wire).toList();

  static RecoveryMethod method(String wire) {
    return RecoveryMethod.valueOf(wire.toUpperCase(Locale.ROOT));
  }

  @Override
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("id", segment.number());
    json.writeStringProperty("uuid", segment.id().toString());
    json.writeStringProperty("name", segment.name());
    json.writeStringProperty("service_type", segment.serviceType());
    json.writeBooleanProperty("enabled", segment.isEnabled());
    json.writeName("description");
    json.writeString(segment.description());
    json.writeStringProperty("recovery_method", wire(segment.recoveryMethod()));
    WireTime.writeLife(json, segment.createdAt(), segment.updatedAt());
    json.writeEndObject();
  }

  private static String wire(RecoveryMethod method) {
    return method.name().toLowerCase(Locale.ROOT);
  }
}
