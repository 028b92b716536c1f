package io.tocsin.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as it comes and goes over the wire, with one mapper for everybody. Reading is strict: UTF-8
 * only, one document and nothing after it, no name twice, no NaN, no number beyond a double, no
 * lone surrogate and no NUL (neither of which PostgreSQL can store). Writing is compact, in the
 * order of a record's components.
 */
public final class Json {
  /** Deeper documents than this have no honest sender; the bound keeps recursion short. */
  private static final int MAX_DEPTH = 100;

  /** Digits of one number. Longer ones cost more than linear time to convert. */
  private static final int MAX_NUMBER_LENGTH = 100;

  private static final String CONTENT_TYPE = "application/json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private Json() {}

  /** The mapper itself, for what this class does not offer. Immutable. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * The document in a body.
   *
   * @throws MalformedJsonException when it is none, an empty one included
   */
  public static JsonNode parse(byte[] body) {
    JsonNode document;
    try {
      document = MAPPER.readTree(text(body));
    } catch (JacksonException malformed) {
      throw new MalformedJsonException("Not JSON", malformed);
    }
    if (document.isMissingNode()) {
      throw new MalformedJsonException("No JSON document");
    }
    refuseWhatCannotBeStored(document);
    return document;
  }

  /**
   * The document in a body, as a record.
   *
   * @throws MalformedJsonException when it is no JSON or does not fit the record
   */
  public static <T> T read(byte[] body, Class<T> type) {
    JsonNode document = parse(body);
    try {
      return MAPPER.treeToValue(document, type);
    } catch (JacksonException misfit) {
      throw new MalformedJsonException("JSON of another form than expected", misfit);
    }
  }

  /** A tree, record, map, list or plain value as UTF-8 bytes. */
  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** A tree, record, map, list or plain value as text. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** An answer with that document and {@code Content-Type: application/json}. */
  public static Response response(int status, Object document) {
    return new Response(status, Headers.of("Content-Type", CONTENT_TYPE), bytes(document));
  }

  /** An empty object to be filled. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Left to itself Jackson would guess UTF-16 and UTF-32, and let broken UTF-8 pass. */
  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedJsonException("Not UTF-8", notUtf8);
    }
  }

  private static void refuseWhatCannotBeStored(JsonNode node) {
    if (node.isString()) {
      refuseBadText(node.stringValue());
    } else if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new MalformedJsonException("A number is out of range");
    } else if (node.isObject()) {
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        refuseBadText(property.getKey());
        refuseWhatCannotBeStored(property.getValue());
      }
    } else if (node.isArray()) {
      for (JsonNode element : node.values()) {
        refuseWhatCannotBeStored(element);
      }
    }
  }

  private static void refuseBadText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\0') {
        throw new MalformedJsonException("A text holds NUL");
      }
      if (Character.isSurrogate(c)) {
        boolean isPair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!isPair) {
          throw new MalformedJsonException("A text holds half a character");
        }
        i++;
      }
    }
  }
}
