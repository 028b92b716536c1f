package io.tocsin.accounts;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * How the texts of a published event must be: lengths and patterns of Astra spec §3, and what that
 * section recommends beyond them.
 */
final class WriteRules {
  static final TextRule NAME =
      TextRule.line(3, 127)
          .of(
              WriteRules::isName,
              "must be two or more words of lower-case letters with dots between");
  static final TextRule SUMMARY = TextRule.line(3, 79);
  static final TextRule SOURCE =
      TextRule.line(1, 19)
          .of(
              text -> text.chars().allMatch(c -> isLower(c) || c == '-'),
              "must be of lower-case letters and hyphens");
  static final TextRule RESOURCE_TYPE =
      TextRule.line(1, 79).of(WriteRules::isResourceType, "must be application/astra- and letters");
  static final TextRule DESCRIPTION = TextRule.lines(3, 1023);
  static final TextRule URL = TextRule.line(3, 4095);
  static final TextRule COLLECTION_URL = TextRule.line(1, 1023);
  static final TextRule ROLE = TextRule.line(1, 63);
  static final TextRule RESULT =
      TextRule.line(3, 3).of(WriteRules::isStatus, "must be an HTTP status");
  static final TextRule TIME =
      TextRule.line(20, 30).of(WireTime::hasForm, "must be a time like 2031-03-14T09:26:53Z");

  /** The contract limits neither; the body's size does. */
  static final TextRule LABEL = TextRule.line(0, Integer.MAX_VALUE);

  /** Below which names are the recovery engine's. */
  private static final String RESERVED_NAMES = "tocsin.";

  /** Below which labels are the system's (spec 2.4). */
  private static final String RESERVED_LABELS = "astra.netapp.io/labels/read-only/";

  private WriteRules() {}

  static boolean isReservedName(String name) {
    return name.startsWith(RESERVED_NAMES);
  }

  static boolean isReservedLabel(String name) {
    return name.startsWith(RESERVED_LABELS);
  }

  /** A link that a browser may be sent to. */
  static boolean isWebUrl(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme();
      return scheme != null
          && List.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT))
          && url.getHost() != null;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /** A link to a page of the user interface, or one as above. */
  static boolean isPageUrl(String text) {
    if (!text.startsWith("/") || text.startsWith("//")) {
      return isWebUrl(text);
    }
    try {
      URI _ = new URI(text);
      return true;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /** What the contract's pattern lets through besides proper words. */
  static boolean isWord(String source) {
    return !source.startsWith("-") && !source.endsWith("-");
  }

  private static boolean isName(String text) {
    String[] words = text.split("\\.", -1);
    for (String word : words) {
      if (word.isEmpty() || !word.chars().allMatch(WriteRules::isLower)) {
        return false;
      }
    }
    return words.length >= 2;
  }

  private static boolean isResourceType(String text) {
    String prefix = "application/astra-";
    return text.startsWith(prefix)
        && text.length() > prefix.length()
        && text.chars().skip(prefix.length()).allMatch(c -> isLower(c) || (c >= 'A' && c <= 'Z'));
  }

  private static boolean isStatus(String text) {
    return text.charAt(0) >= '1'
        && text.charAt(0) <= '5'
        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }
}
