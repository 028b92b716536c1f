package io.tocsin.app;

import io.tocsin.accounts.AccountSettings;
import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.feed.FeedSettings;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.TlsSettings;
import io.tocsin.identity.AuthSettings;
import io.tocsin.identity.Policy;
import io.tocsin.instanceha.InstanceHaSettings;
import io.tocsin.openstack.EndpointQuery;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.recovery.RecoverySettings;
import io.tocsin.recovery.Retention;
import io.tocsin.recovery.SafetyRules;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.GroupCommit;
import io.tocsin.store.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one server runs with; made by {@link SettingsLoader}, so everything in it is good.
 *
 * @param externalDatabase null where the embedded one is to run in {@code data}
 * @param database limits of the database, whichever it is
 * @param keystone null where Tocsin has no user of its own, and calls carry no token
 * @param auth null where nobody is asked who they are
 * @param policyFile null for the built-in rules alone
 * @param allowRemote whether more than loopback may be listened on although nobody is asked
 */
public record Settings(
    ListenAddress listen,
    boolean allowRemote,
    Path data,
    String logLevel,
    Duration stopGrace,
    @Nullable DatabaseSettings externalDatabase,
    DatabaseLimits database,
    CloudSettings cloud,
    CloudFinding cloudFinding,
    @Nullable KeystoneSettings keystone,
    @Nullable AuthSettings auth,
    @Nullable Path policyFile,
    boolean hasMetrics,
    HttpSettings http,
    InstanceHaSettings instanceHa,
    AccountSettings accounts,
    FeedSettings feed,
    IntakeSettings intake,
    RecoverySettings recovery,
    Retention retention,
    List<Shown> shown) {

  /** A setting as it may be shown: a secret's text is {@code ***}. */
  public record Shown(String name, String text) {}

  /**
   * How the cloud is found and trusted.
   *
   * @param catalog which entry of Keystone's catalog it is, where {@link CloudSettings} names no
   *     endpoint
   * @param caFile null for the authorities that Java trusts
   */
  public record CloudFinding(EndpointQuery catalog, @Nullable Path caFile) {}

  /** Of the connections to a database. */
  public record DatabaseLimits(int poolSize, Duration connectTimeout, Duration statementTimeout) {
    DatabaseSettings on(DatabaseSettings database) {
      return database.withPoolSize(poolSize).withTimeouts(connectTimeout, statementTimeout);
    }
  }

  public Settings {
    shown = List.copyOf(shown);
  }

  /** Whether callers are asked who they are. */
  public boolean asksCallers() {
    return auth != null;
  }

  /**
   * Who may do what.
   *
   * @throws io.tocsin.identity.PolicyException when the file is no good
   */
  public Policy policy() {
    return policyFile == null ? Policy.defaults() : Policy.read(policyFile);
  }

  /** Every setting there is, as a table in Markdown; {@code docs/configuration.md} holds it. */
  public static List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("| setting | default | form | what it is |");
    lines.add("| --- | --- | --- | --- |");
    for (Setting<?> setting : Catalogue.ALL) {
      String fallback = setting.fallback().isEmpty() ? "none" : "`" + setting.fallback() + "`";
      lines.add(
          "| `%s` | %s | %s | %s |"
              .formatted(setting.name(), fallback, setting.form(), setting.description()));
    }
    return List.copyOf(lines);
  }

  /** Why the setting of that name cannot have that text; null when it can. */
  public static @Nullable String complaint(String name, String text) {
    for (Setting<?> setting : Catalogue.ALL) {
      if (setting.name().equals(name)) {
        try {
          Object _ = setting.parser().apply(text);
          return null;
        } catch (IllegalArgumentException e) {
          return String.valueOf(e.getMessage());
        }
      }
    }
    return "this release has no such setting";
  }

  static Settings of(SettingTexts texts) {
    DatabaseLimits limits =
        new DatabaseLimits(
            texts.require(Catalogue.DATABASE_POOL_SIZE),
            texts.require(Catalogue.DATABASE_CONNECT_TIMEOUT),
            texts.require(Catalogue.DATABASE_STATEMENT_TIMEOUT));
    return new Settings(
        texts.require(Catalogue.LISTEN),
        texts.require(Catalogue.AUTH_ALLOW_REMOTE),
        texts.require(Catalogue.DATA),
        texts.require(Catalogue.LOG_LEVEL).name(),
        texts.require(Catalogue.STOP_GRACE),
        database(texts, limits),
        limits,
        cloud(texts),
        cloudFinding(texts),
        KeystoneTexts.settings(texts),
        AuthTexts.settings(texts),
        texts.find(Catalogue.POLICY_FILE),
        texts.require(Catalogue.METRICS_ENABLED),
        http(texts),
        new InstanceHaSettings(
            texts.require(Catalogue.MAX_LIMIT), texts.require(Catalogue.LINK_PREFIX)),
        accounts(texts),
        new FeedSettings(
            texts.require(Catalogue.ACCOUNTS_EXACT_VISIBILITY),
            FeedSettings.DEFAULTS.longestQuery()),
        intake(texts),
        recovery(texts),
        new Retention(
            texts.require(Catalogue.RETENTION_RECOVERIES).orElse(null),
            texts.require(Catalogue.RETENTION_ACTIONS).orElse(null),
            texts.require(Catalogue.RETENTION_INTERVAL)),
        Catalogue.ALL.stream().map(s -> new Shown(s.name(), texts.shown(s))).toList());
  }

  private static AccountSettings accounts(SettingTexts texts) {
    long maxLimit = texts.require(Catalogue.ACCOUNTS_MAX_LIMIT);
    return new AccountSettings(
        texts.require(Catalogue.ACCOUNTS_PUBLISH), maxLimit == 0 ? null : maxLimit);
  }

  private static @Nullable DatabaseSettings database(SettingTexts texts, DatabaseLimits limits) {
    String url = texts.find(Catalogue.DATABASE_URL);
    if (url == null) {
      return null;
    }
    Secret password = texts.find(Catalogue.DATABASE_PASSWORD);
    return limits.on(
        DatabaseSettings.of(
            url,
            texts.require(Catalogue.DATABASE_USER),
            password == null ? new Secret("") : password));
  }

  private static CloudFinding cloudFinding(SettingTexts texts) {
    Path caFile = texts.find(Catalogue.CLOUD_CA_FILE);
    return new CloudFinding(
        new EndpointQuery(
            List.of(texts.require(Catalogue.CLOUD_SERVICE_TYPE)),
            texts.require(Catalogue.CLOUD_INTERFACE),
            texts.find(Catalogue.CLOUD_REGION)),
        caFile == null ? texts.find(Catalogue.KEYSTONE_CA_FILE) : caFile);
  }

  private static CloudSettings cloud(SettingTexts texts) {
    URI endpoint = texts.find(Catalogue.CLOUD_ENDPOINT);
    boolean isInCatalog = endpoint == null && texts.isSet(Catalogue.KEYSTONE_URL);
    return new CloudSettings(
        endpoint == null && !isInCatalog ? Catalogue.SIMULATED_NOVA : endpoint,
        texts.require(Catalogue.CLOUD_CALL_TIMEOUT),
        texts.require(Catalogue.CLOUD_OVERALL_TIMEOUT),
        texts.require(Catalogue.CLOUD_TRIES),
        texts.require(Catalogue.CLOUD_MAX_CALLS),
        texts.require(Catalogue.CLOUD_PAGE_SIZE),
        texts.require(Catalogue.CLOUD_MAX_PAGES),
        texts.require(Catalogue.CLOUD_MAX_ANSWER));
  }

  private static IntakeSettings intake(SettingTexts texts) {
    return new IntakeSettings(
        texts.require(Catalogue.DUPLICATE_WINDOW),
        new GroupCommit.Bounds(
            texts.require(Catalogue.INTAKE_MAX_BATCH),
            texts.require(Catalogue.INTAKE_MAX_WAITING),
            texts.require(Catalogue.INTAKE_MAX_WAIT)));
  }

  private static HttpSettings http(SettingTexts texts) {
    ListenAddress listen = texts.require(Catalogue.LISTEN);
    Path certificate = texts.find(Catalogue.TLS_CERTIFICATE);
    Path key = texts.find(Catalogue.TLS_KEY);
    return new HttpSettings(
        listen.host(),
        listen.port(),
        texts.require(Catalogue.HTTP_MAX_CONNECTIONS),
        texts.require(Catalogue.HTTP_MAX_REQUESTS),
        texts.require(Catalogue.HTTP_MAX_HEADER),
        texts.require(Catalogue.HTTP_MAX_BODY),
        texts.require(Catalogue.HTTP_IDLE_TIMEOUT),
        texts.require(Catalogue.HTTP_REQUEST_TIMEOUT),
        texts.require(Catalogue.HTTP_PROXY_HEADERS),
        certificate == null || key == null
            ? null
            : new TlsSettings(certificate, key, texts.find(Catalogue.TLS_CLIENT_CA)));
  }

  private static RecoverySettings recovery(SettingTexts texts) {
    return new RecoverySettings(
        new RecoverySettings.Leasing(
            texts.require(Catalogue.RECOVERY_LEASE),
            texts.require(Catalogue.RECOVERY_HEARTBEAT),
            texts.require(Catalogue.RECOVERY_POLL)),
        new RecoverySettings.Limits(
            texts.require(Catalogue.RECOVERY_MAX_RUNNING),
            texts.require(Catalogue.RECOVERY_MAX_EVACUATIONS),
            texts.require(Catalogue.RECOVERY_ATTEMPTS)),
        new RecoverySettings.Waits(
            texts.require(Catalogue.RECOVERY_SERVICE_DOWN_WAIT),
            texts.require(Catalogue.RECOVERY_EVACUATION_WAIT),
            RecoverySettings.Waits.DEFAULT.settle(),
            texts.require(Catalogue.RECOVERY_POWER_OFF_WAIT),
            texts.require(Catalogue.RECOVERY_POWER_ON_WAIT),
            texts.require(Catalogue.RECOVERY_RETRY_AFTER),
            texts.require(Catalogue.RECOVERY_OUTAGE_PAUSE),
            texts.require(Catalogue.RECOVERY_EXPIRY)),
        new RecoverySettings.HostRules(
            texts.require(Catalogue.RECOVERY_EVACUATE_ALL),
            texts.require(Catalogue.RECOVERY_HOST_HA_KEY),
            texts.require(Catalogue.RECOVERY_IGNORE_IN_ERROR),
            texts.require(Catalogue.RECOVERY_PRIORITY_KEY),
            texts.require(Catalogue.RECOVERY_SPARES_TO_AGGREGATES),
            texts.require(Catalogue.RECOVERY_HOST_REASON)),
        new RecoverySettings.InstanceRules(
            texts.require(Catalogue.RECOVERY_PROCESS_ALL),
            texts.require(Catalogue.RECOVERY_INSTANCE_HA_KEY),
            texts.require(Catalogue.RECOVERY_PROCESS_REASON)),
        safety(texts));
  }

  private static RecoverySettings.Safety safety(SettingTexts texts) {
    Duration window = texts.require(Catalogue.RECOVERY_STORM_WINDOW);
    return new RecoverySettings.Safety(
        new SafetyRules(
            texts.require(Catalogue.RECOVERY_REQUIRE_FENCING),
            texts.require(Catalogue.RECOVERY_WATCH_HEARTBEATS),
            texts.require(Catalogue.RECOVERY_LEAST_SERVICES_UP),
            texts.require(Catalogue.RECOVERY_FORCE_DOWN),
            new SafetyRules.Brake(
                texts.require(Catalogue.RECOVERY_STORM_HOSTS),
                texts.require(Catalogue.RECOVERY_STORM_PERCENT),
                window)),
        new SafetyRules.Brake(
            texts.require(Catalogue.RECOVERY_REGION_STORM_HOSTS),
            texts.require(Catalogue.RECOVERY_REGION_STORM_PERCENT),
            window),
        texts.require(Catalogue.RECOVERY_GATE_PAUSE),
        texts.require(Catalogue.RECOVERY_HEARTBEAT_INTERVAL));
  }
}
