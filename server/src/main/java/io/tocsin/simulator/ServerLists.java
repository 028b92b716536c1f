package io.tocsin.simulator;

import io.tocsin.http.Query;
import io.tocsin.http.Request;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code GET /servers} and {@code GET /servers/detail}: filters, order and pages as in Nova. */
final class ServerLists {
  private static final byte[] COMMA = {','};

  private final Region region;
  private final ServerJson json;

  ServerLists(Region region, ServerJson json) {
    this.region = region;
    this.json = json;
  }

  /** The whole answer's body. */
  byte[] list(Request request, Microversion version, boolean isDetailed) {
    Query query = request.query();
    int limit = limit(query);
    List<SimulatedServer> page = page(query, limit);
    ByteArrayOutputStream body = new ByteArrayOutputStream(64 + page.size() * 2048);
    body.writeBytes("{\"servers\":[".getBytes(StandardCharsets.UTF_8));
    boolean isFirst = true;
    for (SimulatedServer server : page) {
      if (!isFirst) {
        body.writeBytes(COMMA);
      }
      isFirst = false;
      body.writeBytes(
          isDetailed
              ? json.detail(server, version, request.baseUrl())
              : json.brief(server, request.baseUrl()));
    }
    body.writeBytes("]".getBytes(StandardCharsets.UTF_8));
    // Nova offers a next page whenever this one is full, even where nothing is left for it.
    if (limit > 0 && page.size() == limit) {
      body.writeBytes(links(request, page.getLast().id(), isDetailed));
    }
    body.writeBytes("}".getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  private int limit(Query query) {
    int max = region.behaviour().pageSize();
    Optional<String> asked = query.last("limit");
    if (asked.isEmpty()) {
      return max;
    }
    if (!asked.get().matches("\\d{1,9}")) {
      throw NovaError.badRequest(
          "Invalid input for query parameters limit. Value: "
              + asked.get()
              + ". '"
              + asked.get()
              + "' does not match '^[0-9]*$'");
    }
    return Math.min(max, Integer.parseInt(asked.get()));
  }

  private List<SimulatedServer> page(Query query, int limit) {
    Optional<Instant> since = query.last("changes-since").map(ServerLists::moment);
    @Nullable String host = query.last("host").orElse(null);
    NavigableMap<Long, SimulatedServer> all;
    if (since.isPresent()) {
      all = region.state().serversChangedSince(since.get());
    } else if (host != null) {
      all = region.state().serversOn(host);
    } else {
      all = region.state().servers();
    }
    Optional<String> marker = query.last("marker");
    if (marker.isPresent()) {
      all = all.tailMap(sequenceOf(marker.get(), since.isPresent()), false);
    }
    List<SimulatedServer> page = new ArrayList<>();
    for (SimulatedServer server : all.values()) {
      if (page.size() >= limit) {
        break;
      }
      if ((host == null || host.equals(server.state().host())) && fits(server, query)) {
        page.add(server);
      }
    }
    return page;
  }

  private static boolean fits(SimulatedServer server, Query query) {
    return isOneOf(ServerJson.status(server.state()), query.all("status"))
        && isOneOf(server.state().vmState(), query.all("vm_state"))
        && isOneOf(server.id().toString(), query.all("uuid"))
        && isOneOf(ServerJson.hex(server.birth().project()), query.all("project_id"))
        && query.last("name").map(server.birth().name()::contains).orElse(true);
  }

  private static boolean isOneOf(String value, List<String> wanted) {
    return wanted.isEmpty() || wanted.stream().anyMatch(value::equalsIgnoreCase);
  }

  private long sequenceOf(String marker, boolean withDeleted) {
    return uuid(marker)
        .flatMap(region.state()::findServer)
        .filter(server -> withDeleted || !server.state().isDeleted())
        .map(server -> server.birth().sequence())
        .orElseThrow(() -> NovaError.badRequest("marker [" + marker + "] not found"));
  }

  static Optional<UUID> uuid(String text) {
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** ISO 8601; without a zone it is UTC. */
  private static Instant moment(String text) {
    String iso = text.strip().replace(' ', 'T');
    try {
      boolean hasZone = iso.endsWith("Z") || iso.matches(".*T.*[+-]\\d{2}:?\\d{2}");
      return hasZone
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException _) {
      throw NovaError.badRequest(
          "Invalid input for query parameters changes-since. Value: "
              + text
              + ". '"
              + text
              + "' is not a 'date-time'");
    }
  }

  private static byte[] links(Request request, UUID last, boolean isDetailed) {
    StringBuilder href = new StringBuilder(request.baseUrl());
    href.append(isDetailed ? "/compute/v2.1/servers/detail?" : "/compute/v2.1/servers?");
    for (Query.Parameter parameter : request.query().parameters()) {
      if (!Set.of("marker").contains(parameter.name())) {
        href.append(encode(parameter.name())).append('=').append(encode(parameter.value()));
        href.append('&');
      }
    }
    href.append("marker=").append(last);
    String links = ",\"servers_links\":[{\"rel\":\"next\",\"href\":\"" + href + "\"}]";
    return links.getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
