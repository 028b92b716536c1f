package io.tocsin.openstack;

import java.net.http.HttpHeaders;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole answer with a status below 400.
 *
 * @param body as received; empty, never null, where there was none
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are handed over, never shared
public record Answer(int status, HttpHeaders headers, byte[] body) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * The body as a tree. Lists of servers are read from {@link #body()} with a parser instead, which
   * took 12 µs for a server of 2.6 kB where the tree alone took 18.
   *
   * @throws CallFailedException when it is not JSON
   */
  public JsonNode tree() {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  /** What to throw when a parser finds that the body is no JSON. */
  public CallFailedException notJson(JacksonException cause) {
    return new CallFailedException(
        new CallFailure.Unreadable(
            status, "the answer is not JSON: " + cause.getOriginalMessage() + " at " + at(cause)),
        cause);
  }

  private static String at(JacksonException cause) {
    return cause.getLocation() == null ? "?" : "byte " + cause.getLocation().getByteOffset();
  }
}
