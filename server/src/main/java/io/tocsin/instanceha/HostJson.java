package io.tocsin.instanceha;

import io.tocsin.failover.Host;
import tools.jackson.core.JsonGenerator;

/** A host's document, its segment's whole document inside (Instance HA spec §8). */
record HostJson(Host host) implements Document {
  @Override
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("id", host.number());
    json.writeStringProperty("uuid", host.id().toString());
    json.writeStringProperty("name", host.name());
    json.writeStringProperty("failover_segment_id", host.segment().id().toString());
    json.writeName("failover_segment");
    new SegmentJson(host.segment()).write(json);
    json.writeStringProperty("type", host.type());
    json.writeBooleanProperty("reserved", host.isReserved());
    json.writeStringProperty("control_attributes", host.controlAttributes());
    json.writeBooleanProperty("on_maintenance", host.isOnMaintenance());
    WireTime.writeLife(json, host.createdAt(), host.updatedAt());
    json.writeEndObject();
  }
}
