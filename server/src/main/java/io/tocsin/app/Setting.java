package io.tocsin.app;

import io.tocsin.openstack.EndpointQuery.Interface;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One setting.
 *
 * @param name dotted, as in {@code tocsin.yaml}: {@code stop.grace}
 * @param form what it may hold, with its unit and range; for people
 * @param fallback its text when nobody sets it; empty when it then has no value
 * @param parser reads a text; throws {@link IllegalArgumentException} with the reason it is no good
 */
record Setting<T>(
    String name,
    String form,
    String fallback,
    String description,
    boolean isSecret,
    Function<String, T> parser) {

  /** The environment variable that overrides it: {@code TOCSIN_STOP_GRACE}. */
  String environmentName() {
    return "TOCSIN_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  static Setting<String> text(String name, String fallback, String description) {
    return new Setting<>(name, "text", fallback, description, false, text -> text);
  }

  static Setting<Secret> secret(String name, String description) {
    return new Setting<>(name, "text, never shown", "", description, true, Secret::new);
  }

  static Setting<Boolean> flag(String name, boolean fallback, String description) {
    return new Setting<>(
        name, "true or false", Boolean.toString(fallback), description, false, Setting::flag);
  }

  static Setting<Integer> count(String name, int min, int max, int fallback, String description) {
    String form = "number, %d to %d".formatted(min, max);
    return new Setting<>(
        name,
        form,
        Integer.toString(fallback),
        description,
        false,
        text -> Math.toIntExact(between(min, max, number(text, form), form)));
  }

  static Setting<Duration> duration(
      String name, String min, String max, String fallback, String description) {
    String form = "duration (ms, s, m, h, d), %s to %s".formatted(min, max);
    long least = Units.duration(min).toMillis();
    long most = Units.duration(max).toMillis();
    return new Setting<>(
        name,
        form,
        fallback,
        description,
        false,
        text -> Duration.ofMillis(between(least, most, Units.duration(text).toMillis(), form)));
  }

  /** How long something is kept; empty for ever. */
  static Setting<Optional<Duration>> retention(
      String name, String min, String max, String fallback, String description) {
    Setting<Duration> bounded = duration(name, min, max, max, description);
    return new Setting<>(
        name,
        bounded.form() + ", or forever",
        fallback,
        description,
        false,
        text ->
            text.equals("forever") ? Optional.empty() : Optional.of(bounded.parser().apply(text)));
  }

  /** A number of bytes. */
  static Setting<Integer> size(
      String name, String min, String max, String fallback, String description) {
    String form = "size (B, KiB, MiB), %s to %s".formatted(min, max);
    long least = Units.bytes(min);
    long most = Units.bytes(max);
    return new Setting<>(
        name,
        form,
        fallback,
        description,
        false,
        text -> Math.toIntExact(between(least, most, Units.bytes(text), form)));
  }

  static <E extends Enum<E>> Setting<E> choice(
      String name, Class<E> type, E fallback, String description) {
    String form =
        Arrays.stream(type.getEnumConstants())
            .map(e -> e.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "one of: ", ""));
    return new Setting<>(
        name,
        form,
        fallback.name().toLowerCase(Locale.ROOT),
        description,
        false,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected " + form)));
  }

  static Setting<ListenAddress> address(String name, String fallback, String description) {
    return new Setting<>(
        name,
        "HOST:PORT, port 0 takes a free one",
        fallback,
        description,
        false,
        ListenAddress::parse);
  }

  static Setting<Path> directory(String name, String fallback, String description) {
    return new Setting<>(
        name, "directory", fallback, description, false, text -> Path.of(filled(text)));
  }

  /** None by default. */
  static Setting<Path> file(String name, String description) {
    return new Setting<>(name, "file", "", description, false, text -> Path.of(filled(text)));
  }

  static Setting<Interface> endpointInterface(String name, Interface fallback, String description) {
    return new Setting<>(
        name,
        "one of: public, internal, admin",
        fallback.name().toLowerCase(Locale.ROOT),
        description,
        false,
        Interface::parse);
  }

  static Setting<URI> url(String name, String fallback, String description) {
    return new Setting<>(name, "http or https URL", fallback, description, false, Setting::url);
  }

  /** Empty by default: no external database. */
  static Setting<String> jdbcUrl(String name, String description) {
    return new Setting<>(
        name, "jdbc:postgresql://HOST:PORT/DATABASE", "", description, false, Setting::jdbc);
  }

  private static String jdbc(String text) {
    try {
      DatabaseSettings.checkUrl(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new UnquotableException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  private static URI url(String text) {
    if (text.contains("@")) {
      throw new UnquotableException("must not hold a user or a password");
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected an http or https URL", e);
    }
    boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!isWeb || url.getHost() == null) {
      throw new IllegalArgumentException("expected an http or https URL with a host");
    }
    return url;
  }

  private static String filled(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be empty");
    }
    return text;
  }

  private static long number(String text, String form) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a " + form, e);
    }
  }

  private static long between(long min, long max, long value, String form) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("out of range: expected a " + form);
    }
    return value;
  }
}
