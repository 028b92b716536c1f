package io.tocsin.contract;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts values of the right form where a recorded exchange names what differs from run to run.
 *
 * @param given what an API's files have beyond ids and repeated characters: {@code <time>}
 */
public record Placeholders(Map<String, String> given) {
  /** {@code <x*256>} */
  private static final Pattern REPEATED = Pattern.compile("<(.)\\*(\\d+)>");

  /** {@code <segment-1>}, {@code <uuid>} */
  private static final Pattern ID = Pattern.compile("<(?:[a-z]+-\\d+|uuid)>");

  public Placeholders {
    given = Map.copyOf(given);
  }

  String filled(String text) {
    String result = text;
    for (Map.Entry<String, String> it : given.entrySet()) {
      result = result.replace(it.getKey(), it.getValue());
    }
    result =
        REPEATED
            .matcher(result)
            .replaceAll(
                it -> Matcher.quoteReplacement(it.group(1).repeat(Integer.parseInt(it.group(2)))));
    return ID.matcher(result).replaceAll(it -> id(it.group()).toString());
  }

  /** The same for the same name; of version 4 like the server's own. */
  private static UUID id(String name) {
    UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new UUID(
        (hash.getMostSignificantBits() & ~0xF000L) | 0x4000L, hash.getLeastSignificantBits());
  }
}
