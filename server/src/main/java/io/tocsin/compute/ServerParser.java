package io.tocsin.compute;

import io.tocsin.openstack.Answer;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads servers from Nova's JSON, token by token: most of a server's two kilobytes (addresses,
 * flavour, links) is of no use to us, and a failed host has many servers.
 *
 * <p>Fields that we act on must be there; a missing one is a failure that names it. The host must
 * be there even if null: Nova leaves it out for callers without the right to see it, and a server
 * whose host is hidden must not look like a server without one.
 */
final class ServerParser {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern MARKER = Pattern.compile("[?&]marker=([^&#]+)");

  /**
   * One page of a list.
   *
   * @param nextMarker where the next page begins, null when this is the last
   */
  record Page(List<Server> servers, @Nullable String nextMarker) {}

  private final Answer answer;
  private final JsonParser json;

  private ServerParser(Answer answer, JsonParser json) {
    this.answer = answer;
    this.json = json;
  }

  /** {@code {"servers": […], "servers_links": […]}}. */
  static Page page(Answer answer) {
    try (JsonParser json = JSON.createParser(answer.body())) {
      return new ServerParser(answer, json).page();
    } catch (JacksonException e) {
      throw answer.notJson(e);
    }
  }

  /** {@code {"server": {…}}}. */
  static Server one(Answer answer) {
    try (JsonParser json = JSON.createParser(answer.body())) {
      return new ServerParser(answer, json).one();
    } catch (JacksonException e) {
      throw answer.notJson(e);
    }
  }

  private Page page() {
    List<Server> servers = null;
    String marker = null;
    beginObject("the answer");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("servers") && value == JsonToken.START_ARRAY) {
        servers = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
          servers.add(server());
        }
        end(JsonToken.END_ARRAY, "servers");
      } else if (name.equals("servers_links") && value == JsonToken.START_ARRAY) {
        marker = nextMarker();
      } else {
        json.skipChildren();
      }
    }
    end(JsonToken.END_OBJECT, "the answer");
    if (servers == null) {
      throw lacks("servers", "the answer");
    }
    return new Page(servers, marker);
  }

  private Server one() {
    Server server = null;
    beginObject("the answer");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.START_OBJECT && name.equals("server")) {
        server = server();
      } else {
        json.skipChildren();
      }
    }
    if (server == null) {
      throw lacks("server", "the answer");
    }
    return server;
  }

  /** Only the marker is taken from the link: its address is what some proxy thinks ours is. */
  private @Nullable String nextMarker() {
    String marker = null;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String rel = null;
      String href = null;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "rel" -> rel = text();
          case "href" -> href = text();
          default -> json.skipChildren();
        }
      }
      if ("next".equals(rel)) {
        marker = href == null ? null : markerIn(href);
        if (marker == null) {
          throw lacks("marker", "the link to the next page");
        }
      }
    }
    end(JsonToken.END_ARRAY, "servers_links");
    return marker;
  }

  private static @Nullable String markerIn(String href) {
    Matcher marker = MARKER.matcher(href);
    try {
      return marker.find() ? URLDecoder.decode(marker.group(1), StandardCharsets.UTF_8) : null;
    } catch (IllegalArgumentException badEscape) {
      return null;
    }
  }

  /** The parser stands on the server's opening brace, and afterwards on its closing one. */
  private Server server() {
    Fields fields = new Fields();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "id" -> fields.id = text();
        case "name" -> fields.name = text();
        case "tenant_id" -> fields.projectId = text();
        case "status" -> fields.status = text();
        case "metadata" -> fields.metadata = metadata(value);
        case "fault" -> fields.fault = fault(value);
        case "flavor" -> fields.size = size(value);
        case "locked" -> fields.locked = value.isBoolean() ? value == JsonToken.VALUE_TRUE : null;
        case "OS-EXT-STS:vm_state" -> fields.vmState = text();
        case "OS-EXT-STS:task_state" -> fields.taskState = text();
        case "OS-EXT-STS:power_state" ->
            fields.powerState = value == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : 0;
        case "OS-EXT-SRV-ATTR:host" -> {
          fields.isHostShown = true;
          fields.host = text();
        }
        default -> json.skipChildren();
      }
    }
    return server(fields);
  }

  private Server server(Fields fields) {
    String whose = fields.id == null ? "a server" : "server " + fields.id;
    UUID id = uuid(require(fields.id, "id", whose));
    String vmState = require(fields.vmState, "OS-EXT-STS:vm_state", whose);
    if (!fields.isHostShown) {
      throw lacks("OS-EXT-SRV-ATTR:host (may our user see hosts?)", whose);
    }
    String host = fields.host == null || fields.host.isEmpty() ? null : fields.host;
    return new Server(
        new ServerId(id),
        fields.name == null ? "" : fields.name,
        fields.projectId == null ? "" : fields.projectId,
        host,
        vmState,
        fields.taskState,
        fields.powerState,
        require(fields.locked, "locked", whose),
        fields.metadata,
        fields.fault,
        fields.size,
        vmState.equals("deleted") || "DELETED".equals(fields.status));
  }

  /** Clouds before 2.47 only name the flavor; then its size is not known. */
  private Server.@Nullable Size size(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    int vcpus = 0;
    int ram = 0;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      boolean isNumber = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
      if (isNumber && name.equals("vcpus")) {
        vcpus = json.getIntValue();
      } else if (isNumber && name.equals("ram")) {
        ram = json.getIntValue();
      } else {
        json.skipChildren();
      }
    }
    return ram > 0 ? new Server.Size(vcpus, ram) : null;
  }

  private Map<String, String> metadata(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return Map.of();
    }
    Map<String, String> metadata = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      String text = text();
      if (text != null) {
        metadata.put(name, text);
      }
    }
    return metadata;
  }

  private @Nullable String fault(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return text();
    }
    String message = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("message")) {
        message = text();
      } else {
        json.skipChildren();
      }
    }
    return message;
  }

  /** The value as text; null for null. An object or array is passed over and gives null. */
  private @Nullable String text() {
    JsonToken token = json.currentToken();
    if (token == null || token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token.isScalarValue()) {
      return json.getString();
    }
    json.skipChildren();
    return null;
  }

  private void beginObject(String what) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw unreadable(what + " is not a JSON object");
    }
  }

  /** A list that holds something else than objects must not end early and look complete. */
  private void end(JsonToken expected, String what) {
    if (json.currentToken() != expected) {
      throw unreadable(what + " holds an unexpected " + json.currentToken());
    }
  }

  private UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      throw unreadable("a server has the id " + text + ", which is not a UUID");
    }
  }

  private <T> T require(@Nullable T value, String field, String whose) {
    if (value == null) {
      throw lacks(field, whose);
    }
    return value;
  }

  private CallFailedException lacks(String field, String whose) {
    return unreadable(whose + " lacks " + field);
  }

  private CallFailedException unreadable(String text) {
    return new CallFailedException(new CallFailure.Unreadable(answer.status(), text), null);
  }

  /** What has been read of one server so far. */
  private static final class Fields {
    @Nullable String id;
    @Nullable String name;
    @Nullable String projectId;
    @Nullable String status;
    @Nullable String host;
    boolean isHostShown;
    @Nullable String vmState;
    @Nullable String taskState;
    int powerState;
    @Nullable Boolean locked;
    Map<String, String> metadata = Map.of();
    @Nullable String fault;
    Server.@Nullable Size size;
  }
}
