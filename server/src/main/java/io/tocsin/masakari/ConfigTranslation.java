package io.tocsin.masakari;

import io.tocsin.masakari.IniFile.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A configuration of Masakari turned into one of ours. Holds secrets: {@link #yaml} with them is
 * for a file that nobody else can read.
 */
public final class ConfigTranslation {
  private static final Set<String> SECRETS =
      Set.of("keystone.password", "keystone.application-credential-secret");

  private static final String NOVA = "DEFAULT.os_privileged_user_";
  private static final String KEYSTONE = "keystone_authtoken.";

  /** What our settings and their sources are; a credential is taken whole from one place. */
  private static final Map<String, List<String>> OF_NOVA =
      ordered(
          "keystone.url", List.of(NOVA + "auth_url", KEYSTONE + "auth_url"),
          "keystone.username", List.of(NOVA + "name"),
          "keystone.user-domain", List.of("DEFAULT.os_user_domain_name"),
          "keystone.password", List.of(NOVA + "password"),
          "keystone.project", List.of(NOVA + "tenant"),
          "keystone.project-domain", List.of("DEFAULT.os_project_domain_name"));

  private static final Map<String, List<String>> OF_KEYSTONE =
      ordered(
          "keystone.url", List.of(KEYSTONE + "auth_url"),
          "keystone.username", List.of(KEYSTONE + "username"),
          "keystone.user-id", List.of(KEYSTONE + "user_id"),
          "keystone.user-domain",
              List.of(KEYSTONE + "user_domain_name", KEYSTONE + "default_domain_name"),
          "keystone.user-domain-id",
              List.of(KEYSTONE + "user_domain_id", KEYSTONE + "default_domain_id"),
          "keystone.password", List.of(KEYSTONE + "password"),
          "keystone.project", List.of(KEYSTONE + "project_name", KEYSTONE + "tenant_name"),
          "keystone.project-id", List.of(KEYSTONE + "project_id", KEYSTONE + "tenant_id"),
          "keystone.project-domain",
              List.of(KEYSTONE + "project_domain_name", KEYSTONE + "default_domain_name"),
          "keystone.project-domain-id",
              List.of(KEYSTONE + "project_domain_id", KEYSTONE + "default_domain_id"));

  private static final Map<String, List<String>> OF_A_CREDENTIAL =
      ordered(
          "keystone.url", List.of(KEYSTONE + "auth_url"),
          "keystone.application-credential-id", List.of(KEYSTONE + "application_credential_id"),
          "keystone.application-credential-secret",
              List.of(KEYSTONE + "application_credential_secret"));

  private record Line(String text, String origin) {}

  private final IniFile file;
  private final BiFunction<String, String, @Nullable String> complaint;
  private final Map<String, Line> settings = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Set<String> used = new HashSet<>();

  private ConfigTranslation(IniFile file, BiFunction<String, String, @Nullable String> complaint) {
    this.file = file;
    this.complaint = complaint;
  }

  /**
   * Translates a file's lines.
   *
   * @param complaint why a setting of that name cannot have that text; null when it can
   */
  public static ConfigTranslation of(
      List<String> lines, BiFunction<String, String, @Nullable String> complaint) {
    ConfigTranslation translation = new ConfigTranslation(IniFile.parse(lines), complaint);
    translation.translate();
    return translation;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, List<String>> ordered(Object... pairs) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], (List<String>) pairs[i + 1]);
    }
    return map;
  }

  /** Options that did not become a setting, and why; lines that cannot be read. No values. */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** How many settings came out. */
  public int size() {
    return settings.size();
  }

  private void translate() {
    file.problems().forEach(problem -> leftOut.add(problem));
    addListen();
    addAuthentication();
    Line auth = settings.get("auth.mode");
    if (!settings.containsKey("listen") && auth != null && auth.text().equals("keystone")) {
      put("listen", "0.0.0.0:15868", "where Masakari listens when nothing is said; here: loopback");
    }
    addCatalogEntry();
    addTls();
    for (Entry entry : file.entries()) {
      MasakariOption option = MasakariOption.find(entry.group(), entry.name());
      if (option == null) {
        leave(entry, "Masakari has no such option; a plug-in's, or a slip");
        continue;
      }
      switch (option.kind()) {
        case TEXT -> add(entry, option, file.value(entry));
        case NUMBER -> add(entry, option, file.value(entry).strip());
        case SECONDS -> add(entry, option, file.value(entry).strip() + "s");
        case BYTES -> add(entry, option, file.value(entry).strip() + "B");
        case TRUTH -> add(entry, option, truth(file.value(entry)));
        case SPECIAL -> addSpecial(entry, option);
        case NONE -> leave(entry, "has no meaning here: " + option.remark());
        case LATER -> leave(entry, "not supported yet: " + option.remark());
      }
    }
  }

  private void addSpecial(Entry entry, MasakariOption option) {
    if (entry.key().equals("DEFAULT.debug")) {
      add(entry, option, truth(file.value(entry)).equals("true") ? "debug" : "info");
    } else if (!used.contains(entry.key())) {
      leave(
          entry,
          option.setting().startsWith("keystone.")
              ? "one service user is enough here; another place names it"
              : "says nothing beyond the default of " + option.setting());
    }
  }

  private void addListen() {
    String host = use("DEFAULT.masakari_api_listen");
    String port = use("DEFAULT.masakari_api_listen_port");
    if (host != null || port != null) {
      String address = host == null ? "0.0.0.0" : host;
      put(
          "listen",
          (address.contains(":") ? "[" + address + "]" : address)
              + ":"
              + (port == null ? "15868" : port.strip()),
          "[DEFAULT] masakari_api_listen, masakari_api_listen_port");
    }
  }

  /** Masakari asks for tokens unless it is told not to. */
  private void addAuthentication() {
    String strategy = use("DEFAULT.auth_strategy");
    boolean isNovas = file.find(NOVA + "name") != null;
    Map<String, List<String>> credentials =
        file.find(KEYSTONE + "application_credential_id") != null
            ? OF_A_CREDENTIAL
            : isNovas ? OF_NOVA : OF_KEYSTONE;
    boolean hasKeystone = isNovas || file.find(KEYSTONE + "auth_url") != null;
    if ("noauth2".equals(strategy)) {
      put("auth.mode", "none", "[DEFAULT] auth_strategy");
    } else if (strategy != null || hasKeystone) {
      put("auth.mode", "keystone", "[DEFAULT] auth_strategy");
    }
    credentials.forEach((setting, sources) -> {
      for (String source : sources) {
        String value = use(source);
        if (value != null && !settings.containsKey(setting)) {
          put(setting, value, origin(source));
        }
      }
    });
    // An id names a domain by itself; a default name beside it would be a contradiction.
    dropWhereIdIsGiven("keystone.user-domain");
    dropWhereIdIsGiven("keystone.project-domain");
  }

  private void dropWhereIdIsGiven(String name) {
    if (settings.containsKey(name + "-id")) {
      settings.remove(name);
    }
  }

  /** {@code compute:nova:publicURL}; the service's name in the middle is not looked at. */
  private void addCatalogEntry() {
    String key = "DEFAULT.nova_catalog_admin_info";
    String info = use(key);
    if (info == null) {
      return;
    }
    String[] parts = info.strip().split(":", -1);
    if (parts.length != 3) {
      leftOut.add(origin(key) + ": not TYPE:NAME:INTERFACE");
      return;
    }
    put("cloud.service-type", parts[0], origin(key));
    put("cloud.interface", parts[2].replaceFirst("URL$", ""), origin(key));
  }

  private void addTls() {
    if (!truth(file.find("DEFAULT.use_ssl") == null ? "" : file.find("DEFAULT.use_ssl"))
        .equals("true")) {
      return;
    }
    used.add("DEFAULT.use_ssl");
    Map<String, String> files =
        Map.of(
            "tls.certificate", "wsgi.ssl_cert_file",
            "tls.key", "wsgi.ssl_key_file",
            "tls.client-ca", "wsgi.ssl_ca_file");
    for (String setting : List.of("tls.certificate", "tls.key", "tls.client-ca")) {
      String source = String.valueOf(files.get(setting));
      String value = use(source);
      if (value != null) {
        put(setting, value, origin(source));
      }
    }
  }

  private static String truth(@Nullable String text) {
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> "true";
      case "false", "0", "no", "off" -> "false";
      default -> "?";
    };
  }

  private @Nullable String use(String key) {
    String value = file.find(key);
    if (value != null) {
      used.add(key);
    }
    return value == null || value.isBlank() ? null : value;
  }

  private static String origin(String key) {
    return "[%s] %s"
        .formatted(key.substring(0, key.indexOf('.')), key.substring(key.indexOf('.') + 1));
  }

  private void add(Entry entry, MasakariOption option, String value) {
    String origin = origin(entry.key()) + ", line " + entry.line();
    put(
        option.setting(),
        value,
        option.remark().isEmpty() ? origin : origin + ": " + option.remark());
  }

  private void put(String setting, String value, String origin) {
    String why = value.isEmpty() ? null : complaint.apply(setting, value);
    if (value.isEmpty()) {
      leftOut.add(origin + ": is empty");
    } else if (why != null) {
      leftOut.add("%s: cannot become %s: %s".formatted(origin, setting, why));
    } else {
      settings.put(setting, new Line(value, origin));
    }
  }

  private void leave(Entry entry, String why) {
    leftOut.add("%s, line %d: %s".formatted(origin(entry.key()), entry.line(), why));
  }

  /**
   * The whole file.
   *
   * @param withSecrets false leaves them out and says so
   */
  public List<String> yaml(boolean withSecrets) {
    List<String> lines = new ArrayList<>();
    lines.add("# Made of a Masakari configuration by 'tocsin config import'.");
    settings.forEach((setting, line) -> {
      lines.add("");
      lines.add("# " + line.origin());
      lines.add(
          SECRETS.contains(setting) && !withSecrets
              ? "# %s: left out; -o FILE writes it".formatted(setting)
              : "%s: %s".formatted(setting, scalar(line.text())));
    });
    if (!leftOut.isEmpty()) {
      lines.add("");
      lines.add("# Left out:");
      leftOut.forEach(text -> lines.add("#   " + text));
    }
    return lines;
  }

  /** Quoted as JSON quotes, which YAML reads, wherever YAML could read something else. */
  private static String scalar(String text) {
    return text.matches("true|false|(0|[1-9]\\d{0,8})(s|B)?")
        ? text
        : JsonMapper.shared().writeValueAsString(text);
  }
}
