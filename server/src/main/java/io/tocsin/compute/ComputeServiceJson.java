package io.tocsin.compute;

import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a row of {@code GET /os-services}. */
final class ComputeServiceJson {
  private ComputeServiceJson() {}

  static ComputeService read(JsonNode service, int httpStatus) {
    String host = require(service, "host", httpStatus);
    return new ComputeService(
        require(service, "id", httpStatus),
        host,
        require(service, "status", httpStatus).equals("enabled"),
        require(service, "state", httpStatus).equals("up"),
        service.path("forced_down").asBoolean(false),
        time(service.path("updated_at").asString("")));
  }

  private static String require(JsonNode service, String field, int httpStatus) {
    JsonNode value = service.path(field);
    if (!value.isString() || value.asString().isEmpty()) {
      throw new CallFailedException(
          new CallFailure.Unreadable(
              httpStatus,
              "service of host " + service.path("host").asString("?") + " lacks " + field),
          null);
    }
    return value.asString();
  }

  /** Nova writes UTC without saying so here: {@code 2026-02-03T11:40:03.000000}. */
  private static @Nullable Instant time(String text) {
    String local = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
    try {
      return local.isEmpty() ? null : LocalDateTime.parse(local).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException _) {
      return null;
    }
  }
}
