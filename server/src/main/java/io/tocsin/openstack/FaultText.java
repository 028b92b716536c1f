package io.tocsin.openstack;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an error answer says, for people. Whatever its shape, something of its text survives
 * (weakness W9).
 */
final class FaultText {
  /** Longer texts are pages, not messages. */
  private static final int LONGEST = 1000;

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern UNSEEN =
      Pattern.compile("(?is)<(script|style|title)\\b.*?</\\1\\s*>|<!--.*?-->");
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

  private FaultText() {}

  /** Never empty: an answer without a text gives its status. */
  static String of(int status, byte[] body) {
    String raw = new String(body, StandardCharsets.UTF_8);
    String message = messageIn(raw);
    String text = BLANKS.matcher(message == null ? withoutTags(raw) : message).replaceAll(" ");
    text = text.strip();
    if (text.isEmpty()) {
      return "HTTP " + status + " without a text";
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /**
   * The message of a JSON fault: {@code {"badRequest": {"message": …}}} and every other single name
   * in its place, {@code {"message": …}}, or Placement's {@code {"errors": [{"detail": …}]}}.
   */
  private static @Nullable String messageIn(String raw) {
    JsonNode tree;
    try {
      tree = JSON.readTree(raw);
    } catch (JacksonException notJson) {
      return null;
    }
    String direct = string(tree, "message");
    if (direct != null) {
      return direct;
    }
    for (JsonNode fault : tree) {
      JsonNode inner = fault.isArray() ? fault.path(0) : fault;
      String message = string(inner, "message");
      message = message == null ? string(inner, "detail") : message;
      if (message != null) {
        return message;
      }
    }
    return tree.isString() ? tree.asString() : null;
  }

  private static @Nullable String string(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isString() && !value.asString().isBlank() ? value.asString() : null;
  }

  private static String withoutTags(String raw) {
    if (!raw.stripLeading().startsWith("<")) {
      return raw;
    }
    String seen = TAG.matcher(UNSEEN.matcher(raw).replaceAll(" ")).replaceAll(" ");
    return seen.isBlank() ? raw : seen;
  }
}
