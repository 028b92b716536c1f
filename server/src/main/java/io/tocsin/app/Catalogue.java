package io.tocsin.app;

import static io.tocsin.app.Setting.address;
import static io.tocsin.app.Setting.choice;
import static io.tocsin.app.Setting.count;
import static io.tocsin.app.Setting.directory;
import static io.tocsin.app.Setting.duration;
import static io.tocsin.app.Setting.endpointInterface;
import static io.tocsin.app.Setting.file;
import static io.tocsin.app.Setting.flag;
import static io.tocsin.app.Setting.jdbcUrl;
import static io.tocsin.app.Setting.retention;
import static io.tocsin.app.Setting.secret;
import static io.tocsin.app.Setting.size;
import static io.tocsin.app.Setting.text;
import static io.tocsin.app.Setting.url;

import io.tocsin.openstack.EndpointQuery.Interface;
import io.tocsin.store.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every setting there is; {@code docs/configuration.md} lists the same, and a test compares. */
final class Catalogue {
  /** Where {@code ./tocsin simulator} listens. */
  static final URI SIMULATED_NOVA = URI.create("http://127.0.0.1:15869/compute/v2.1");

  /** Who may call. */
  enum AuthMode {
    /** Everybody, as an administrator. */
    NONE,
    /** Who has a token of Keystone's and whom the policy lets. */
    KEYSTONE
  }

  /** How much is logged. */
  enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  static final Setting<ListenAddress> LISTEN =
      address("listen", "127.0.0.1:15868", "Where the API listens.");
  static final Setting<Path> DATA =
      directory("data", "data", "Holds the embedded database's files and the operators' token.");
  static final Setting<LogLevel> LOG_LEVEL =
      choice("log.level", LogLevel.class, LogLevel.INFO, "Least severe lines that are logged.");
  static final Setting<Duration> STOP_GRACE =
      duration(
          "stop.grace",
          "0s",
          "10m",
          "20s",
          "At a stop, how long running requests and recoveries may take to come to an end;"
              + " recoveries that do not are left to another node or to the next start.");

  static final Setting<AuthMode> AUTH_MODE =
      choice(
          "auth.mode",
          AuthMode.class,
          AuthMode.NONE,
          "Who may call: keystone asks for a token and looks it up with keystone.url; none asks"
              + " nobody, and everybody is an administrator.");
  static final Setting<Boolean> AUTH_ALLOW_REMOTE =
      flag(
          "auth.allow-remote",
          false,
          "Listen on more than loopback although auth.mode is none: whoever reaches the port can"
              + " start evacuations.");
  static final Setting<Duration> AUTH_CACHE_TIME =
      duration(
          "auth.cache-time",
          "0s",
          "1h",
          "300s",
          "How long what Keystone said about a token holds, and so how long a revoked one may"
              + " still work; 0s asks about every request.");
  static final Setting<Integer> AUTH_CACHE_SIZE =
      count("auth.cache-size", 100, 1_000_000, 10_000, "Tokens remembered at most.");
  static final Setting<Duration> AUTH_STALE_TIME =
      duration(
          "auth.stale-time",
          "0s",
          "1h",
          "5m",
          "How much longer it holds while Keystone cannot be asked; 0s not at all.");
  static final Setting<URI> AUTH_WWW_AUTHENTICATE_URL =
      url(
          "auth.www-authenticate-url",
          "",
          "Keystone's URL for clients, told with each 401. Without one, keystone.url.");
  static final Setting<Path> POLICY_FILE =
      file("policy.file", "Policy rules, YAML or JSON, instead of the built-in ones they name.");

  static final Setting<Boolean> METRICS_ENABLED =
      flag("metrics.enabled", true, "Count, and show everybody the sums at /metrics.");

  static final Setting<String> DATABASE_URL =
      jdbcUrl(
          "database.url",
          "An external PostgreSQL, 14 or later. Without one, an embedded PostgreSQL runs in data.");
  static final Setting<String> DATABASE_USER =
      text("database.user", "tocsin", "The user on an external database.");
  static final Setting<Secret> DATABASE_PASSWORD =
      secret("database.password", "The user's password on an external database.");
  static final Setting<Integer> DATABASE_POOL_SIZE =
      count(
          "database.pool-size",
          4,
          200,
          16,
          "Connections to the database, besides three for leases and one for wake-ups.");
  static final Setting<Duration> DATABASE_CONNECT_TIMEOUT =
      duration("database.connect-timeout", "250ms", "60s", "3s", "Longest wait for a connection.");
  static final Setting<Duration> DATABASE_STATEMENT_TIMEOUT =
      duration(
          "database.statement-timeout",
          "1s",
          "10m",
          "30s",
          "After which the database gives up a statement.");

  static final Setting<URI> KEYSTONE_URL =
      url(
          "keystone.url",
          "",
          "Keystone, with or without /v3. With it Tocsin logs on and its calls carry a token.");
  static final Setting<String> KEYSTONE_USERNAME =
      text("keystone.username", "", "Tocsin's own user, by name.");
  static final Setting<String> KEYSTONE_USER_ID =
      text("keystone.user-id", "", "The user by id, instead of name and domain.");
  static final Setting<String> KEYSTONE_USER_DOMAIN =
      text("keystone.user-domain", "Default", "The user's domain, by name.");
  static final Setting<String> KEYSTONE_USER_DOMAIN_ID =
      text("keystone.user-domain-id", "", "The user's domain by id, instead of its name.");
  static final Setting<Secret> KEYSTONE_PASSWORD =
      secret("keystone.password", "The user's password.");
  static final Setting<String> KEYSTONE_PROJECT =
      text("keystone.project", "", "The project that tokens are for, by name.");
  static final Setting<String> KEYSTONE_PROJECT_ID =
      text("keystone.project-id", "", "The project by id, instead of name and domain.");
  static final Setting<String> KEYSTONE_PROJECT_DOMAIN =
      text("keystone.project-domain", "Default", "The project's domain, by name.");
  static final Setting<String> KEYSTONE_PROJECT_DOMAIN_ID =
      text("keystone.project-domain-id", "", "The project's domain by id, instead of its name.");
  static final Setting<String> KEYSTONE_CREDENTIAL_ID =
      text(
          "keystone.application-credential-id",
          "",
          "An application credential, instead of user, password and project.");
  static final Setting<Secret> KEYSTONE_CREDENTIAL_SECRET =
      secret("keystone.application-credential-secret", "The application credential's secret.");
  static final Setting<Path> KEYSTONE_CA_FILE =
      file(
          "keystone.ca-file",
          "PEM with the authorities of Keystone's certificate. Without one, those that Java trusts.");
  static final Setting<Duration> KEYSTONE_CALL_TIMEOUT =
      duration(
          "keystone.call-timeout",
          "100ms",
          "1m",
          "5s",
          "For one try of one call of Keystone; there are up to three.");

  static final Setting<URI> CLOUD_ENDPOINT =
      url(
          "cloud.endpoint",
          "",
          "Nova's endpoint. Without one, the catalog's with keystone.url, and "
              + SIMULATED_NOVA
              + " without, where ./tocsin simulator listens.");
  static final Setting<String> CLOUD_SERVICE_TYPE =
      text("cloud.service-type", "compute", "Nova's type in the catalog.");
  static final Setting<Interface> CLOUD_INTERFACE =
      endpointInterface(
          "cloud.interface", Interface.PUBLIC, "Which of Nova's endpoints in the catalog.");
  static final Setting<String> CLOUD_REGION =
      text(
          "cloud.region",
          "",
          "Nova's region in the catalog; needed where the catalog has more than one.");
  static final Setting<Path> CLOUD_CA_FILE =
      file(
          "cloud.ca-file",
          "PEM with the authorities of Nova's certificate. Without one, those of Keystone's.");
  static final Setting<Duration> CLOUD_CALL_TIMEOUT =
      duration("cloud.call-timeout", "100ms", "5m", "10s", "For one try of one call.");
  static final Setting<Duration> CLOUD_OVERALL_TIMEOUT =
      duration(
          "cloud.overall-timeout",
          "100ms",
          "1h",
          "60s",
          "For one call with its repeats, the pauses between them and its wait for a free place;"
              + " not below cloud.call-timeout.");
  static final Setting<Integer> CLOUD_TRIES =
      count("cloud.tries", 1, 20, 6, "How often one call is sent at most.");
  static final Setting<Integer> CLOUD_MAX_CALLS =
      count(
          "cloud.max-calls-in-flight",
          1,
          10_000,
          100,
          "Most calls at one moment; fewer while the cloud is slow or refuses.");
  static final Setting<Integer> CLOUD_PAGE_SIZE =
      count("cloud.page-size", 1, 10_000, 1000, "Servers asked for at once in lists.");
  static final Setting<Integer> CLOUD_MAX_PAGES =
      count("cloud.max-pages", 1, 100_000, 1000, "A longer list is an error.");
  static final Setting<Integer> CLOUD_MAX_ANSWER =
      size("cloud.max-answer", "1KiB", "1024MiB", "64MiB", "Bytes of one answer.");

  static final Setting<Integer> HTTP_MAX_CONNECTIONS =
      count("http.max-connections", 1, 1_000_000, 8192, "Open connections; more wait.");
  static final Setting<Integer> HTTP_MAX_REQUESTS =
      count(
          "http.max-running-requests",
          1,
          1_000_000,
          4096,
          "Requests at work at one moment; one more is answered 503.");
  static final Setting<Integer> HTTP_MAX_HEADER =
      size("http.max-header", "256B", "1MiB", "16KiB", "Request line and headers; more is 431.");
  static final Setting<Integer> HTTP_MAX_BODY =
      size("http.max-body", "1KiB", "64MiB", "112KiB", "Body of a request; more is 413.");
  static final Setting<Duration> HTTP_IDLE_TIMEOUT =
      duration(
          "http.idle-timeout", "1s", "1h", "30s", "After which a silent connection is closed.");
  static final Setting<Duration> HTTP_REQUEST_TIMEOUT =
      duration(
          "http.request-timeout",
          "1s",
          "10m",
          "20s",
          "How long a client may take to send a request's head, and again its body.");
  static final Setting<Boolean> HTTP_PROXY_HEADERS =
      flag(
          "http.proxy-headers",
          false,
          "Believe Forwarded and X-Forwarded-*; only where every client comes through a proxy that"
              + " sets them.");

  static final Setting<Path> TLS_CERTIFICATE =
      file(
          "tls.certificate",
          "PEM certificate, its chain after it; the API then speaks TLS and nothing else. Read again"
              + " when it changes, as are the next two.");
  static final Setting<Path> TLS_KEY =
      file("tls.key", "PEM private key of the certificate, not encrypted.");
  static final Setting<Path> TLS_CLIENT_CA =
      file(
          "tls.client-ca",
          "PEM certificates of which one must have signed the client's; without it clients need"
              + " none.");

  static final Setting<Integer> MAX_LIMIT =
      count("instance-ha.max-limit", 1, 10_000, 1000, "Most rows of one page.");
  static final Setting<Duration> DUPLICATE_WINDOW =
      duration(
          "instance-ha.duplicate-window",
          "0s",
          "1d",
          "180s",
          "A report equal to one generated at most this long before is a duplicate.");

  static final Setting<String> LINK_PREFIX =
      text(
          "instance-ha.link-prefix",
          "",
          "URL under which clients reach the server, for links, where a proxy hides it.");
  static final Setting<Integer> INTAKE_MAX_BATCH =
      count("intake.max-batch", 1, 10_000, 512, "Most reports that share a commit.");
  static final Setting<Integer> INTAKE_MAX_WAITING =
      count("intake.max-waiting", 1, 1_000_000, 8192, "Most reports that wait; one more is 503.");
  static final Setting<Duration> INTAKE_MAX_WAIT =
      duration("intake.max-wait", "100ms", "10m", "30s", "Longest wait for a report's commit.");

  static final Setting<Boolean> ACCOUNTS_PUBLISH =
      flag(
          "accounts.publish",
          false,
          "Take events from outside: POST on events and notifications of an account. Off: 405.");
  static final Setting<Boolean> ACCOUNTS_EXACT_VISIBILITY =
      flag(
          "accounts.exact-visibility",
          false,
          "An event for certain roles is seen by these alone; otherwise by the roles above too.");
  static final Setting<Integer> ACCOUNTS_MAX_LIMIT =
      count(
          "accounts.max-limit",
          0,
          1_000_000,
          0,
          "Most items of one list answer, the rest behind continue; 0 for no limit, because some"
              + " clients ask for everything and do not go on.");

  static final Setting<Duration> RECOVERY_LEASE =
      duration(
          "recovery.lease",
          "1s",
          "10m",
          "6s",
          "A node silent for so long loses its recoveries to others.");
  static final Setting<Duration> RECOVERY_HEARTBEAT =
      duration(
          "recovery.heartbeat",
          "100ms",
          "2m",
          "1500ms",
          "Between renewals; three of them must fit into recovery.lease.");
  static final Setting<Duration> RECOVERY_POLL =
      duration(
          "recovery.poll",
          "100ms",
          "1m",
          "1s",
          "How often the queue is looked at when no wake-up comes.");
  static final Setting<Integer> RECOVERY_MAX_RUNNING =
      count("recovery.max-running", 1, 1000, 64, "Recoveries at once on this node.");
  static final Setting<Integer> RECOVERY_MAX_EVACUATIONS =
      count(
          "recovery.max-evacuations",
          1,
          5000,
          100,
          "Instances being rebuilt at once by this node's recoveries.");
  static final Setting<Integer> RECOVERY_ATTEMPTS =
      count("recovery.attempts", 1, 20, 2, "How often a recovery that moved not all is run.");
  static final Setting<Duration> RECOVERY_RETRY_AFTER =
      duration(
          "recovery.retry-after",
          "0s",
          "1h",
          "30s",
          "Pause after the first attempt that failed; doubles with each further one, up to ten"
              + " minutes.");
  static final Setting<Duration> RECOVERY_OUTAGE_PAUSE =
      duration(
          "recovery.outage-pause",
          "1s",
          "1h",
          "60s",
          "Longest pause while the cloud cannot be reached; such attempts do not count.");
  static final Setting<Duration> RECOVERY_EXPIRY =
      duration("recovery.expiry", "1m", "30d", "1d", "After which a recovery fails for good.");
  static final Setting<Duration> RECOVERY_SERVICE_DOWN_WAIT =
      duration(
          "recovery.service-down-wait",
          "1s",
          "1h",
          "180s",
          "Longest wait until the cloud counts a failed host's service as down.");
  static final Setting<Duration> RECOVERY_EVACUATION_WAIT =
      duration("recovery.evacuation-wait", "1s", "6h", "300s", "Longest wait for one evacuation.");
  static final Setting<Duration> RECOVERY_POWER_OFF_WAIT =
      duration(
          "recovery.power-off-wait", "1s", "1h", "180s", "Longest wait for an instance to stop.");
  static final Setting<Duration> RECOVERY_POWER_ON_WAIT =
      duration(
          "recovery.power-on-wait", "1s", "1h", "60s", "Longest wait for an instance to start.");
  static final Setting<Boolean> RECOVERY_EVACUATE_ALL =
      flag(
          "recovery.evacuate-all-instances",
          true,
          "Of a dead host move every instance; false: only those marked with the key below.");
  static final Setting<String> RECOVERY_HOST_HA_KEY =
      text(
          "recovery.host-ha-enabled-key",
          "HA_Enabled",
          "Metadata key that marks instances which go first.");
  static final Setting<Boolean> RECOVERY_IGNORE_IN_ERROR =
      flag(
          "recovery.ignore-instances-in-error",
          false,
          "Leave instances in error on the dead host.");
  static final Setting<String> RECOVERY_PRIORITY_KEY =
      text(
          "recovery.priority-key",
          "HA_Priority",
          "Metadata key of a whole number: of instances that are marked alike, the higher goes"
              + " first.");
  static final Setting<Boolean> RECOVERY_SPARES_TO_AGGREGATES =
      flag(
          "recovery.add-reserved-host-to-aggregate",
          false,
          "Put a reserved host that is taken into use into the aggregates of the failed host.");
  static final Setting<Boolean> RECOVERY_REQUIRE_FENCING =
      flag(
          "recovery.require-fencing",
          true,
          "Act only on reports that say that the host is fenced (host_status NORMAL).");
  static final Setting<Boolean> RECOVERY_WATCH_HEARTBEATS =
      flag(
          "recovery.watch-heartbeats",
          true,
          "Do not evacuate a host of which the cloud has a heartbeat newer than the report.");
  static final Setting<Integer> RECOVERY_LEAST_SERVICES_UP =
      count(
          "recovery.least-services-up",
          0,
          100,
          50,
          "Percent of the other compute services that the cloud must see up, or it may be cut off"
              + " itself; 0 does not ask.");
  static final Setting<Boolean> RECOVERY_FORCE_DOWN =
      flag(
          "recovery.force-down",
          true,
          "Force the service of a dead host down; otherwise it is only disabled, and the recovery"
              + " waits until the cloud sees it down by itself.");
  static final Setting<Integer> RECOVERY_STORM_HOSTS =
      count(
          "recovery.storm-hosts",
          0,
          10_000,
          5,
          "Storm brake: hosts of one segment recovered at once, or within the window; 0 for any"
              + " number.");
  static final Setting<Integer> RECOVERY_STORM_PERCENT =
      count(
          "recovery.storm-percent",
          0,
          100,
          25,
          "The same as a share of the segment's hosts, but never fewer than two hosts; 0 for any.");
  static final Setting<Integer> RECOVERY_REGION_STORM_HOSTS =
      count(
          "recovery.region-storm-hosts",
          0,
          10_000,
          10,
          "Storm brake over all segments: hosts recovered at once, or within the window; 0 for any"
              + " number.");
  static final Setting<Integer> RECOVERY_REGION_STORM_PERCENT =
      count(
          "recovery.region-storm-percent",
          0,
          100,
          20,
          "The same as a share of all enrolled hosts, but never fewer than two hosts; 0 for any.");
  static final Setting<Duration> RECOVERY_STORM_WINDOW =
      duration(
          "recovery.storm-window",
          "1s",
          "1d",
          "10m",
          "How long the recovery of a host counts for the storm brake after it has begun.");
  static final Setting<Duration> RECOVERY_GATE_PAUSE =
      duration(
          "recovery.gate-pause",
          "1s",
          "10m",
          "15s",
          "Between two looks at a safety gate that is closed; longer than the interval of the"
              + " cloud's heartbeats.");
  static final Setting<Duration> RECOVERY_HEARTBEAT_INTERVAL =
      duration(
          "recovery.heartbeat-interval",
          "0s",
          "5m",
          "0s",
          "Do nothing about a host before the cloud has had no heartbeat of it for so long; nova's"
              + " report_interval tells a dead host from one that beat just before the report. 0"
              + " does not wait.");
  static final Setting<String> RECOVERY_HOST_REASON =
      text(
          "recovery.host-disable-reason",
          "Tocsin detected host failed.",
          "Shown by the cloud on the service of a dead host.");
  static final Setting<Boolean> RECOVERY_PROCESS_ALL =
      flag(
          "recovery.restart-all-instances",
          false,
          "Restart every instance that failed; false: only those marked with the key below.");
  static final Setting<String> RECOVERY_INSTANCE_HA_KEY =
      text(
          "recovery.instance-ha-enabled-key",
          "HA_Enabled",
          "Metadata key that marks instances to restart.");
  static final Setting<String> RECOVERY_PROCESS_REASON =
      text(
          "recovery.process-disable-reason",
          "Tocsin detected process failed.",
          "Shown by the cloud on the service of a host whose nova-compute stopped.");

  static final Setting<Optional<Duration>> RETENTION_RECOVERIES =
      retention(
          "retention.recoveries",
          "1d",
          "3650d",
          "forever",
          "How long a failure notification that has ended is kept, with all of its recovery; also"
              + " pauses that are over, deleted hosts and deleted segments.");
  static final Setting<Optional<Duration>> RETENTION_ACTIONS =
      retention(
          "retention.actions",
          "1d",
          "3650d",
          "forever",
          "How long it is kept what operators did; no shorter than the recovery that it was about.");
  static final Setting<Duration> RETENTION_INTERVAL =
      duration(
          "retention.interval", "1m", "1d", "1h", "How often is looked for what may be removed.");

  static final List<Setting<?>> ALL =
      List.of(
          LISTEN,
          DATA,
          LOG_LEVEL,
          STOP_GRACE,
          AUTH_MODE,
          AUTH_ALLOW_REMOTE,
          AUTH_CACHE_TIME,
          AUTH_CACHE_SIZE,
          AUTH_STALE_TIME,
          AUTH_WWW_AUTHENTICATE_URL,
          POLICY_FILE,
          METRICS_ENABLED,
          DATABASE_URL,
          DATABASE_USER,
          DATABASE_PASSWORD,
          DATABASE_POOL_SIZE,
          DATABASE_CONNECT_TIMEOUT,
          DATABASE_STATEMENT_TIMEOUT,
          KEYSTONE_URL,
          KEYSTONE_USERNAME,
          KEYSTONE_USER_ID,
          KEYSTONE_USER_DOMAIN,
          KEYSTONE_USER_DOMAIN_ID,
          KEYSTONE_PASSWORD,
          KEYSTONE_PROJECT,
          KEYSTONE_PROJECT_ID,
          KEYSTONE_PROJECT_DOMAIN,
          KEYSTONE_PROJECT_DOMAIN_ID,
          KEYSTONE_CREDENTIAL_ID,
          KEYSTONE_CREDENTIAL_SECRET,
          KEYSTONE_CA_FILE,
          KEYSTONE_CALL_TIMEOUT,
          CLOUD_ENDPOINT,
          CLOUD_SERVICE_TYPE,
          CLOUD_INTERFACE,
          CLOUD_REGION,
          CLOUD_CA_FILE,
          CLOUD_CALL_TIMEOUT,
          CLOUD_OVERALL_TIMEOUT,
          CLOUD_TRIES,
          CLOUD_MAX_CALLS,
          CLOUD_PAGE_SIZE,
          CLOUD_MAX_PAGES,
          CLOUD_MAX_ANSWER,
          HTTP_MAX_CONNECTIONS,
          HTTP_MAX_REQUESTS,
          HTTP_MAX_HEADER,
          HTTP_MAX_BODY,
          HTTP_IDLE_TIMEOUT,
          HTTP_REQUEST_TIMEOUT,
          HTTP_PROXY_HEADERS,
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_CLIENT_CA,
          MAX_LIMIT,
          DUPLICATE_WINDOW,
          LINK_PREFIX,
          INTAKE_MAX_BATCH,
          INTAKE_MAX_WAITING,
          INTAKE_MAX_WAIT,
          ACCOUNTS_PUBLISH,
          ACCOUNTS_EXACT_VISIBILITY,
          ACCOUNTS_MAX_LIMIT,
          RECOVERY_LEASE,
          RECOVERY_HEARTBEAT,
          RECOVERY_POLL,
          RECOVERY_MAX_RUNNING,
          RECOVERY_MAX_EVACUATIONS,
          RECOVERY_ATTEMPTS,
          RECOVERY_RETRY_AFTER,
          RECOVERY_OUTAGE_PAUSE,
          RECOVERY_EXPIRY,
          RECOVERY_SERVICE_DOWN_WAIT,
          RECOVERY_EVACUATION_WAIT,
          RECOVERY_POWER_OFF_WAIT,
          RECOVERY_POWER_ON_WAIT,
          RECOVERY_EVACUATE_ALL,
          RECOVERY_HOST_HA_KEY,
          RECOVERY_IGNORE_IN_ERROR,
          RECOVERY_PRIORITY_KEY,
          RECOVERY_SPARES_TO_AGGREGATES,
          RECOVERY_REQUIRE_FENCING,
          RECOVERY_WATCH_HEARTBEATS,
          RECOVERY_LEAST_SERVICES_UP,
          RECOVERY_FORCE_DOWN,
          RECOVERY_STORM_HOSTS,
          RECOVERY_STORM_PERCENT,
          RECOVERY_REGION_STORM_HOSTS,
          RECOVERY_REGION_STORM_PERCENT,
          RECOVERY_STORM_WINDOW,
          RECOVERY_GATE_PAUSE,
          RECOVERY_HEARTBEAT_INTERVAL,
          RECOVERY_HOST_REASON,
          RECOVERY_PROCESS_ALL,
          RECOVERY_INSTANCE_HA_KEY,
          RECOVERY_PROCESS_REASON,
          RETENTION_RECOVERIES,
          RETENTION_ACTIONS,
          RETENTION_INTERVAL);

  private Catalogue() {}

  /** What is wrong although every setting by itself is good. */
  static List<String> contradictions(SettingTexts texts) {
    List<String> problems = new ArrayList<>();
    problems.addAll(AuthTexts.contradictions(texts));
    if (texts.isSet(TLS_CERTIFICATE) != texts.isSet(TLS_KEY)) {
      problems.add("tls.certificate, tls.key: one needs the other");
    } else if (texts.isSet(TLS_CLIENT_CA) && !texts.isSet(TLS_CERTIFICATE)) {
      problems.add("tls.client-ca: needs tls.certificate and tls.key");
    }
    if (texts.require(RECOVERY_HEARTBEAT).multipliedBy(3).compareTo(texts.require(RECOVERY_LEASE))
        > 0) {
      problems.add("recovery.heartbeat: three heartbeats must fit into recovery.lease");
    }
    if (texts.require(CLOUD_OVERALL_TIMEOUT).compareTo(texts.require(CLOUD_CALL_TIMEOUT)) < 0) {
      problems.add("cloud.overall-timeout: must not be below cloud.call-timeout");
    }
    problems.addAll(KeystoneTexts.contradictions(texts));
    return problems;
  }
}
