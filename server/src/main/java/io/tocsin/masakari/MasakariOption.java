package io.tocsin.masakari;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one option of Masakari.
 *
 * @param setting ours; empty where there is none
 * @param remark why there is none, or what differs
 */
record MasakariOption(Kind kind, String setting, String remark) {
  /** How a value is written here. */
  enum Kind {
    TEXT,
    NUMBER,
    /** A number of seconds. */
    SECONDS,
    /** A number of bytes. */
    BYTES,
    TRUTH,
    /** Becomes part of something; {@link ConfigTranslation} knows of what. */
    SPECIAL,
    /** It has no meaning here. */
    NONE,
    /** It would have a meaning here, and is not supported yet. */
    LATER
  }

  private static final Map<String, MasakariOption> ALL = read();

  /** Null for an option that Masakari does not have. */
  static @Nullable MasakariOption find(String group, String name) {
    MasakariOption option = ALL.get(group + "." + name);
    return option == null ? ALL.get(group + ".*") : option;
  }

  static Map<String, MasakariOption> all() {
    return ALL;
  }

  private static Map<String, MasakariOption> read() {
    Map<String, MasakariOption> options = new HashMap<>();
    try (InputStream file =
            Objects.requireNonNull(
                MasakariOption.class.getResourceAsStream("/masakari/options.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] cells = line.split("\\s*\\|\\s*", -1);
          options.put(
              cells[0],
              new MasakariOption(
                  Kind.valueOf(cells[1].toUpperCase(Locale.ROOT)), cells[2], cells[3]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(options);
  }
}
