package io.tocsin.openstack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The services and endpoints that came with a token. */
record Catalog(List<Endpoint> endpoints) {
  /** Texts of failures name no more endpoints than this. */
  private static final int MOST_NAMED = 40;

  /**
   * @param side the interface: {@code public}
   * @param region empty where Keystone names none
   */
  record Endpoint(String serviceType, String side, String region, String url) {
    boolean isIn(@Nullable String wanted) {
      return wanted == null || region.equals(wanted);
    }

    @Override
    public String toString() {
      return serviceType + " " + side + (region.isEmpty() ? "" : " in " + region);
    }
  }

  Catalog {
    endpoints = List.copyOf(endpoints);
  }

  /** Reads {@code token.catalog}; entries of another form are passed over. */
  static Catalog read(JsonNode catalog) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (JsonNode service : catalog) {
      String type = service.path("type").asString("");
      for (JsonNode endpoint : service.path("endpoints")) {
        String region = endpoint.path("region_id").asString("");
        String url = endpoint.path("url").asString("");
        if (!url.isEmpty()) {
          endpoints.add(
              new Endpoint(
                  type,
                  endpoint.path("interface").asString(""),
                  region.isEmpty() ? endpoint.path("region").asString("") : region,
                  url));
        }
      }
    }
    return new Catalog(endpoints);
  }

  /**
   * The URL of the one endpoint that fits.
   *
   * @throws CallFailedException {@link CallFailure.NoAccess}: none fits, or it cannot be told which
   *     region is meant; the text says what there is
   */
  String find(EndpointQuery query) {
    for (String type : query.serviceTypes()) {
      Map<String, String> byRegion = new LinkedHashMap<>();
      for (Endpoint endpoint : endpoints) {
        if (endpoint.serviceType().equals(type)
            && endpoint.side().equals(query.side().word())
            && endpoint.isIn(query.region())) {
          byRegion.putIfAbsent(endpoint.region(), endpoint.url());
        }
      }
      if (byRegion.size() > 1) {
        throw missing(
            "Keystone's catalog has "
                + query
                + " more than once: name the region, one of "
                + String.join(", ", byRegion.keySet()));
      }
      if (!byRegion.isEmpty()) {
        return byRegion.values().iterator().next();
      }
    }
    throw missing("Keystone's catalog has no endpoint for " + query + "; it offers " + offer());
  }

  private String offer() {
    Set<String> names = new TreeSet<>();
    endpoints.forEach(endpoint -> names.add(endpoint.toString()));
    if (names.isEmpty()) {
      return "nothing: does the user have a role in the project?";
    }
    String text = String.join(", ", names.stream().limit(MOST_NAMED).toList());
    return names.size() <= MOST_NAMED ? text : text + " and others";
  }

  private static CallFailedException missing(String text) {
    return new CallFailedException(
        new CallFailure.NoAccess(CallFailure.NoAccess.Reason.NO_ENDPOINT, text), null);
  }
}
