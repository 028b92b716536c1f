package io.tocsin.openstack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of an OpenStack API.
 *
 * @param method {@code GET}, {@code PUT}, {@code POST}
 * @param path below the service's endpoint, with a leading slash and, if any, the encoded query
 * @param body JSON text, null where there is none
 * @param headers sent besides the client's own
 * @param repeat whether the call may be sent again when its fate is unknown
 * @param operation how metrics name it
 */
public record ApiCall(
    String method,
    String path,
    @Nullable String body,
    Map<String, String> headers,
    Repeat repeat,
    Operation operation) {
  /** When a call may be sent again. */
  public enum Repeat {
    /** Twice does what once does: also when it may have acted already. */
    HARMLESS,
    /** Twice does more than once: only when it is certain that it did not act. */
    ONLY_IF_IT_DID_NOT_ACT
  }

  public ApiCall {
    headers = Map.copyOf(headers);
  }

  /** One that metrics have no name for. */
  public ApiCall(
      String method,
      String path,
      @Nullable String body,
      Map<String, String> headers,
      Repeat repeat) {
    this(method, path, body, headers, repeat, Operation.OTHER);
  }

  /** The same, counted as that. */
  public ApiCall as(Operation name) {
    return new ApiCall(method, path, body, headers, repeat, name);
  }

  /** A read. */
  public static ApiCall read(String path, Map<String, String> headers) {
    return new ApiCall("GET", path, null, headers, Repeat.HARMLESS);
  }

  /** Without headers and body: they may hold tokens and passwords. */
  @Override
  public String toString() {
    return label();
  }

  /** How the call is named in texts for people. */
  String label() {
    return method + " " + path;
  }
}
