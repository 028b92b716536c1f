package io.tocsin.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy in front of the server says about the request that it was sent, read as
 * oslo.middleware's {@code http_proxy_to_wsgi} does: {@code Forwarded} (RFC 7239) where it is
 * there, else {@code X-Forwarded-Proto}, {@code -Host}, {@code -Port} and {@code -For}; with either
 * of them {@code X-Forwarded-Prefix}. Of several proxies' words the first counts, which is the
 * nearest to the client.
 *
 * <p>What comes out stands in links and log lines, so a value of another form than expected is
 * passed over, as though it had not been sent.
 */
record ProxyHeaders(
    @Nullable String scheme,
    @Nullable String authority,
    @Nullable String port,
    @Nullable String client,
    String prefix) {
  static final ProxyHeaders NONE = new ProxyHeaders(null, null, null, null, "");

  private static final int MAX_LENGTH = 255;
  private static final String HTTP = "http";
  private static final String HTTPS = "https";
  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]{1,5}))?");
  private static final Pattern CLIENT =
      Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?|[0-9A-Fa-f:.]+|\\[[0-9A-Fa-f:.]+](:[0-9]+)?");
  private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final int MAX_PORT = 65_535;

  static ProxyHeaders of(Headers headers) {
    String forwarded = headers.first("Forwarded").map(ProxyHeaders::firstOf).orElse("");
    String fitting = fitting(PREFIX, withoutSlash(text(headers, "X-Forwarded-Prefix")));
    String path = fitting == null ? "" : fitting;
    return forwarded.isEmpty()
        ? new ProxyHeaders(
            scheme(text(headers, "X-Forwarded-Proto")),
            authority(text(headers, "X-Forwarded-Host")),
            port(text(headers, "X-Forwarded-Port")),
            fitting(CLIENT, text(headers, "X-Forwarded-For")),
            path)
        : new ProxyHeaders(
            scheme(element(forwarded, "proto")),
            authority(element(forwarded, "host")),
            null,
            fitting(CLIENT, element(forwarded, "for")),
            path);
  }

  /**
   * Scheme, authority and prefix that the client used.
   *
   * @param seenScheme what the request was seen with, where no proxy says otherwise
   */
  String baseUrl(String seenScheme, String seenAuthority) {
    String usedScheme = scheme == null ? seenScheme : scheme;
    String usedAuthority = authority == null ? seenAuthority : authority;
    return usedScheme + "://" + withPort(usedScheme, usedAuthority) + prefix;
  }

  /** A port of its own belongs to the host that came without one, or that no proxy has named. */
  private String withPort(String usedScheme, String usedAuthority) {
    Matcher parts = AUTHORITY.matcher(usedAuthority);
    if (port == null || !parts.matches() || (authority != null && parts.group("port") != null)) {
      return usedAuthority;
    }
    String usual = usedScheme.equals(HTTPS) ? "443" : "80";
    return port.equals(usual) ? parts.group("host") : parts.group("host") + ":" + port;
  }

  private static String text(Headers headers, String name) {
    return headers.first(name).map(ProxyHeaders::firstOf).orElse("");
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String firstOf(String list) {
    int comma = list.indexOf(',');
    return (comma < 0 ? list : list.substring(0, comma)).strip();
  }

  /** Of {@code for=192.0.2.60;proto=http;host="ha.example:8443"} the value under that name. */
  private static String element(String forwarded, String name) {
    for (String pair : forwarded.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
        return unquoted(pair.substring(equals + 1).strip());
      }
    }
    return "";
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  private static @Nullable String scheme(String text) {
    String scheme = text.toLowerCase(Locale.ROOT);
    return scheme.equals(HTTP) || scheme.equals(HTTPS) ? scheme : null;
  }

  private static @Nullable String authority(String text) {
    Matcher parts = AUTHORITY.matcher(text);
    if (text.length() > MAX_LENGTH || !parts.matches()) {
      return null;
    }
    return parts.group("port") == null || port(parts.group("port")) != null ? text : null;
  }

  private static @Nullable String port(String text) {
    return PORT.matcher(text).matches() && Integer.parseInt(text) <= MAX_PORT ? text : null;
  }

  private static @Nullable String fitting(Pattern form, String text) {
    return text.length() <= MAX_LENGTH && form.matcher(text).matches() ? text : null;
  }
}
