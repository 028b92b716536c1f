package io.tocsin.instanceha;

import io.tocsin.recovery.Vmove;
import tools.jackson.core.JsonGenerator;

/** A vmove's document (Instance HA spec §10). */
record VmoveJson(Vmove vmove) implements Document {
  @Override
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("id", vmove.number());
    json.writeStringProperty("uuid", vmove.id().toString());
    json.writeStringProperty("notification_uuid", vmove.notification().toString());
    json.writeStringProperty("instance_uuid", String.valueOf(vmove.instance()));
    json.writeStringProperty("instance_name", vmove.instanceName());
    json.writeStringProperty("source_host", vmove.sourceHost());
    json.writeName("dest_host");
    json.writeString(vmove.destHost());
    WireTime.write(json, "start_time", vmove.startTime());
    WireTime.write(json, "end_time", vmove.endTime());
    json.writeStringProperty("type", vmove.type());
    json.writeStringProperty("status", vmove.status().wire());
    json.writeName("message");
    json.writeString(vmove.message());
    WireTime.writeLife(json, vmove.createdAt(), vmove.updatedAt());
    json.writeEndObject();
  }
}
