package io.tocsin.instanceha;

/**
 * What an operator can set about this API.
 *
 * @param maxLimit rows in one list answer at most; Masakari's {@code osapi_max_limit}
 * @param linkPrefix the URL under which clients reach the server ({@code https://ha.example/ha}),
 *     when it differs from what requests are seen with; empty otherwise. Masakari's {@code
 *     osapi_masakari_link_prefix}
 */
public record InstanceHaSettings(int maxLimit, String linkPrefix) {
  public static final InstanceHaSettings DEFAULTS = new InstanceHaSettings(1000, "");

  public InstanceHaSettings {
    if (maxLimit < 1) {
      throw new IllegalArgumentException("maxLimit must be at least 1");
    }
    linkPrefix = linkPrefix.replaceAll("/+$", "");
  }
}
