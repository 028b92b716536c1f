package io.tocsin.compute;

import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads a row of {@code GET /os-aggregates}. */
final class AggregateJson {
  private AggregateJson() {}

  static Aggregate read(JsonNode aggregate, int httpStatus) {
    JsonNode id = aggregate.path("id");
    if (!id.isIntegralNumber()) {
      throw new CallFailedException(
          new CallFailure.Unreadable(httpStatus, "an aggregate lacks id"), null);
    }
    List<String> hosts =
        aggregate.path("hosts").valueStream().map(host -> host.asString("")).toList();
    return new Aggregate(id.longValue(), aggregate.path("name").asString(""), hosts);
  }
}
