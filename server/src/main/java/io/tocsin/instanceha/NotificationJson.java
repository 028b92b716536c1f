package io.tocsin.instanceha;

import io.tocsin.failover.FailureNotification;
import io.tocsin.recovery.RecordedStep;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A failure notification's document (Instance HA spec §9).
 *
 * @param steps what becomes {@code recovery_workflow_details}; null where that is not shown
 */
record NotificationJson(FailureNotification notification, @Nullable List<RecordedStep> steps)
    implements Document {
  NotificationJson(FailureNotification notification) {
    this(notification, null);
  }

  @Override
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("id", notification.number());
    json.writeStringProperty("notification_uuid", notification.id().toString());
    json.writeStringProperty("generated_time", WireTime.format(notification.generatedTime()));
    json.writeStringProperty("source_host_uuid", notification.sourceHost().toString());
    json.writeStringProperty("type", notification.type().name());
    json.writeObjectPropertyStart("payload");
    // Neither the database nor a map keeps the sender's order; this one is the same every time.
    new TreeMap<>(notification.payload()).forEach(json::writeStringProperty);
    json.writeEndObject();
    json.writeStringProperty("status", notification.status().name().toLowerCase(Locale.ROOT));
    if (steps != null) {
      writeSteps(json, steps);
    }
    json.writeStringProperty("failover_segment_uuid", notification.segment().toString());
    json.writeName("message");
    json.writeString(notification.message());
    WireTime.writeLife(json, notification.createdAt(), notification.updatedAt());
    json.writeEndObject();
  }

  private static void writeSteps(JsonGenerator json, List<RecordedStep> steps) {
    json.writeArrayPropertyStart("recovery_workflow_details");
    for (RecordedStep step : steps) {
      json.writeStartObject();
      json.writeStringProperty("name", step.name());
      json.writeNumberProperty("progress", step.progress());
      json.writeStringProperty("state", step.state());
      json.writeArrayPropertyStart("progress_details");
      for (RecordedStep.RecordedMessage message : step.messages()) {
        json.writeStartObject();
        json.writeStringProperty("timestamp", WireTime.formatProgress(message.at()));
        json.writeStringProperty("progress", Double.toString(message.progress()));
        json.writeStringProperty("message", message.text());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
