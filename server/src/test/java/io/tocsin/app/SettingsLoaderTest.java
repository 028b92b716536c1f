package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.http.HttpSettings;
import io.tocsin.identity.AuthSettings;
import io.tocsin.instanceha.InstanceHaSettings;
import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.EndpointQuery;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.recovery.RecoverySettings;
import io.tocsin.recovery.Retention;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  private static final Map<String, String> NOTHING = Map.of();

  private static final String PASSWORD =
      """
      keystone:
        url: http://k:5000/v3
        username: tocsin
        password: hunter2
        project: service
      """;

  @TempDir Path directory;

  @Test
  void everythingHasADefault() {
    Settings settings = load("", NOTHING, NOTHING);

    assertThat(settings.listen()).isEqualTo(new ListenAddress("127.0.0.1", 15868));
    assertThat(settings.data()).isEqualTo(Path.of("data"));
    assertThat(settings.externalDatabase()).isNull();
    assertThat(settings.stopGrace()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.instanceHa().maxLimit()).isEqualTo(1000);
    assertThat(settings.intake().duplicateWindow()).isEqualTo(Duration.ofMinutes(3));
    assertThat(settings.retention()).isEqualTo(Retention.DEFAULT);
  }

  @Test
  void whatIsOverMayBeKeptForEver() {
    Settings settings =
        load("retention: {recoveries: forever, actions: 3650d, interval: 1m}", NOTHING, NOTHING);

    assertThat(settings.retention())
        .isEqualTo(new Retention(null, Duration.ofDays(3650), Duration.ofMinutes(1)));
    for (String text : List.of("0s", "23h", "3651d", "never")) {
      assertThatThrownBy(() -> load("retention: {recoveries: " + text + "}", NOTHING, NOTHING))
          .hasMessageContaining("retention.recoveries");
    }
  }

  @Test
  void theRoomsOwnDefaultsAreTheDefaults() {
    Settings settings = load("", NOTHING, NOTHING);

    assertThat(settings.recovery()).isEqualTo(RecoverySettings.DEFAULT);
    assertThat(settings.cloud()).isEqualTo(CloudSettings.defaults(Catalogue.SIMULATED_NOVA));
    assertThat(settings.intake()).isEqualTo(IntakeSettings.DEFAULTS);
    assertThat(settings.instanceHa()).isEqualTo(InstanceHaSettings.DEFAULTS);
    assertThat(settings.http()).isEqualTo(HttpSettings.at("127.0.0.1", 15868));
  }

  @Test
  void flagsOverrideTheEnvironmentWhichOverridesTheFile() {
    String file = "stop:\n  grace: 1s\ninstance-ha:\n  max-limit: 1\nrecovery.attempts: 1\n";
    Map<String, String> environment =
        Map.of("TOCSIN_STOP_GRACE", "2s", "TOCSIN_INSTANCE_HA_MAX_LIMIT", "2");

    Settings settings = load(file, environment, Map.of("stop.grace", "3s"));

    assertThat(settings.stopGrace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.instanceHa().maxLimit()).isEqualTo(2);
    assertThat(settings.recovery().limits().attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "databse.url, database.url",
    "pool-size, database.pool-size",
    "recovery.retry_after, recovery.retry-after",
    "lisen, listen"
  })
  void anUnknownNameIsRefusedWithTheNearestOne(String wrong, String right) {
    assertThat(problems(wrong + ": 1\n", NOTHING, NOTHING))
        .singleElement()
        .asString()
        .contains(
            "unknown setting '" + wrong + "'", "tocsin.yaml", "did you mean '" + right + "'?");
    assertThat(problems("", NOTHING, Map.of(wrong, "1")))
        .singleElement()
        .asString()
        .contains("(flag)", "did you mean '" + right + "'?");
  }

  @Test
  void anUnknownVariableIsRefusedWithTheNearestOne() {
    assertThat(problems("", Map.of("TOCSIN_DATABASE_PASWORD", "hunter2"), NOTHING))
        .containsExactly(
            "unknown environment variable TOCSIN_DATABASE_PASWORD; did you mean"
                + " TOCSIN_DATABASE_PASSWORD?");
  }

  @Test
  void variablesOfTheLauncherAndOfKubernetesAreNoSettings() {
    Map<String, String> environment =
        Map.of(
            "TOCSIN_JAVA_OPTS", "-Xmx1g",
            "TOCSIN_SERVICE_HOST", "10.0.0.1",
            "TOCSIN_PORT_15868_TCP", "tcp://10.0.0.1:15868",
            "HOME", "/root");

    assertThat(load("", environment, NOTHING).instanceHa().maxLimit()).isEqualTo(1000);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String file = "stop:\n  grace: 5\nrecovery:\n  attempts: 99\nhttp:\n  max-body: 64KB\nfoo: 1\n";

    assertThat(problems(file, Map.of("TOCSIN_AUTH_MODE", "oauth"), NOTHING))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).startsWith("stop.grace: '5'").contains("unit"),
            problem -> assertThat(problem).startsWith("recovery.attempts: '99'").contains("range"),
            problem -> assertThat(problem).startsWith("http.max-body: '64KB'").contains("KiB"),
            problem ->
                assertThat(problem).startsWith("auth.mode: 'oauth'").contains("none, keystone"),
            problem -> assertThat(problem).startsWith("unknown setting 'foo'"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everySettingRefusesWhatItCannotHold(Setting<?> setting) {
    String wrong =
        switch (setting.form()) {
          case "text", "text, never shown", "directory", "file" -> null;
          default -> "neither-this-nor-that";
        };
    if (wrong == null) {
      assertThat(setting.parser().apply("x")).isNotNull();
      return;
    }
    String quoted = setting.equals(Catalogue.DATABASE_URL) ? "***" : wrong;
    assertThat(problems("", Map.of(setting.environmentName(), wrong), NOTHING))
        .singleElement()
        .asString()
        .startsWith(setting.name() + ": '" + quoted + "' (" + setting.environmentName() + ")");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everySettingIsDescribedAndItsDefaultIsGood(Setting<?> setting) {
    assertThat(setting.description()).endsWith(".");
    if (!setting.fallback().isEmpty()) {
      assertThat(setting.parser().apply(setting.fallback())).isNotNull();
    }
  }

  static Stream<Setting<?>> settings() {
    return Catalogue.ALL.stream();
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0:15868", "192.0.2.7:80", "'[::]:15868'"})
  void openToTheNetworkWithoutAuthenticationIsRefusedUnlessForced(String listen) {
    assertThat(problems("", NOTHING, Map.of("listen", listen)))
        .singleElement()
        .asString()
        .contains("auth.allow-remote");

    Settings forced = load("auth:\n  allow-remote: true\n", NOTHING, Map.of("listen", listen));
    assertThat(forced.listen()).hasToString(listen);
  }

  @Test
  void askingKeystoneOpensTheNetworkAndNeedsOne() {
    String keystone =
        """
        listen: 0.0.0.0:15868
        auth.mode: keystone
        auth.stale-time: 1m
        policy.file: policy.yaml
        keystone: {url: "https://id.example/v3", username: t, password: p, project: service}
        """;

    AuthSettings auth = load(keystone, NOTHING, NOTHING).auth();
    assertThat(auth)
        .isEqualTo(
            new AuthSettings(
                Duration.ofMinutes(5),
                10_000,
                Duration.ofMinutes(1),
                URI.create("https://id.example/v3")));
    Map<String, String> told = Map.of("auth.www-authenticate-url", "https://public.example");
    assertThat(load(keystone, NOTHING, told).auth())
        .extracting(it -> it == null ? null : it.identityUrl())
        .isEqualTo(URI.create("https://public.example"));
    assertThat(load("", NOTHING, NOTHING).auth()).isNull();

    assertThat(problems("auth.mode: keystone\n", NOTHING, NOTHING))
        .singleElement()
        .asString()
        .startsWith("auth.mode: keystone needs keystone.url");
    assertThat(problems("policy.file: policy.yaml\n", NOTHING, NOTHING))
        .singleElement()
        .asString()
        .startsWith("policy.file: auth.mode is none");
  }

  @Test
  void aCommandsOwnDefaultsGiveWayToEverything() {
    Map<String, String> defaults = Map.of("data", "demo-data", "stop.grace", "1s");

    Settings settings = SettingsLoader.load(file("stop.grace: 2s"), defaults, NOTHING, NOTHING);

    assertThat(settings.data()).isEqualTo(Path.of("demo-data"));
    assertThat(settings.stopGrace()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void threeHeartbeatsMustFitIntoALease() {
    assertThat(problems("recovery:\n  lease: 2s\n  heartbeat: 1s\n", NOTHING, NOTHING))
        .containsExactly("recovery.heartbeat: three heartbeats must fit into recovery.lease");
  }

  @Test
  void aCallMustFitIntoItsRepeats() {
    assertThat(problems("cloud:\n  overall-timeout: 5s\n", NOTHING, NOTHING))
        .containsExactly("cloud.overall-timeout: must not be below cloud.call-timeout");
    assertThat(load("cloud:\n  overall-timeout: 10s\n", NOTHING, NOTHING).cloud().overallTimeout())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aDatabasesLimitsHoldForTheEmbeddedOneToo() {
    Settings settings = load("database.statement-timeout: 7s", NOTHING, NOTHING);

    DatabaseSettings embedded =
        DatabaseSettings.of("jdbc:postgresql://localhost/tocsin", "tocsin", new Secret("x"));
    assertThat(settings.database().on(embedded).statementTimeout())
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.database().on(embedded).connectTimeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void secretsAreNeverShown() {
    String file = "database:\n  url: jdbc:postgresql://db/tocsin\n  password: hunter2\n";

    Settings settings = load(file, NOTHING, NOTHING);

    assertThat(settings.toString()).doesNotContain("hunter2");
    assertThat(settings.shown())
        .contains(new Settings.Shown("database.password", "***"))
        .noneMatch(s -> s.text().contains("hunter2"));
    assertThat(settings.externalDatabase())
        .isNotNull()
        .extracting(d -> d.password().value())
        .isEqualTo("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/tocsin?password=hunter2",
        "jdbc:postgresql://db/tocsin?ssl=true&PASSWORD=hunter2",
        "jdbc:postgresql://db/tocsin?sslpassword=hunter2",
        "jdbc:postgresql://tocsin:hunter2@db/tocsin",
        "jdbc:postgresql://db:hunter2/tocsin",
        "postgresql://tocsin:hunter2@db/tocsin",
        "hunter2"
      })
  void aDatabaseUrlWithAPasswordOrNoneAtAllIsRefusedAndNotQuoted(String url) {
    assertThat(problems("", Map.of("TOCSIN_DATABASE_URL", url), NOTHING))
        .singleElement()
        .asString()
        .startsWith("database.url: '***' (TOCSIN_DATABASE_URL): ")
        .containsAnyOf("database.password", "jdbc:postgresql://HOST:PORT/DATABASE")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/tocsin",
        "jdbc:postgresql://a:5432,b:5433/tocsin?targetServerType=primary&sslmode=verify-full",
        "jdbc:postgresql://[::1]:5432/tocsin"
      })
  void aDatabaseUrlIsTakenAsItIs(String url) {
    assertThat(load("", NOTHING, Map.of("database.url", url)).shown())
        .contains(new Settings.Shown("database.url", url));
  }

  @Test
  void aUserInTheCloudsUrlIsRefusedAndNotQuoted() {
    assertThat(problems("", NOTHING, Map.of("cloud.endpoint", "http://a:hunter2@nova/v2.1")))
        .singleElement()
        .asString()
        .doesNotContain("hunter2");
  }

  @Test
  void withoutKeystoneTheCloudIsWhereTheSimulatorListens() {
    Settings settings = load("", NOTHING, NOTHING);

    assertThat(settings.keystone()).isNull();
    assertThat(settings.cloud().endpoint()).isEqualTo(Catalogue.SIMULATED_NOVA);
  }

  @Test
  void withKeystoneTheCloudIsInTheCatalogUnlessItsEndpointIsNamed() {
    String file = PASSWORD + "cloud.region: One\ncloud.interface: internalURL\n";

    Settings settings = load(file, NOTHING, NOTHING);

    assertThat(settings.cloud().endpoint()).isNull();
    assertThat(settings.cloudFinding())
        .isEqualTo(
            new Settings.CloudFinding(
                new EndpointQuery(List.of("compute"), EndpointQuery.Interface.INTERNAL, "One"),
                null));
    String url = Catalogue.SIMULATED_NOVA.toString();
    assertThat(load(file, NOTHING, Map.of("cloud.endpoint", url)).cloud().endpoint())
        .isEqualTo(Catalogue.SIMULATED_NOVA);
  }

  @Test
  void keystonesAuthoritiesAreNovasTooUnlessItHasItsOwn() {
    String file = PASSWORD + "keystone.ca-file: k.pem\n";

    assertThat(load(file, NOTHING, NOTHING).cloudFinding().caFile()).isEqualTo(Path.of("k.pem"));
    assertThat(load(file, NOTHING, Map.of("cloud.ca-file", "n.pem")).cloudFinding().caFile())
        .isEqualTo(Path.of("n.pem"));
  }

  @Test
  void readsAUserByNameAndAProjectById() {
    String file =
        """
        keystone:
          url: https://k/identity
          username: tocsin
          user-domain-id: d1
          password: hunter2
          project-id: p1
          ca-file: ca.pem
          call-timeout: 2s
        """;

    assertThat(load(file, NOTHING, NOTHING).keystone())
        .isEqualTo(
            new KeystoneSettings(
                URI.create("https://k/identity"),
                new Credentials.Password(
                    new Credentials.Subject.ByName("tocsin", new Credentials.Domain.ById("d1")),
                    new Secret("hunter2"),
                    new Credentials.Subject.ById("p1")),
                Path.of("ca.pem"),
                Duration.ofSeconds(2)));
  }

  @Test
  void readsAnApplicationCredential() {
    Map<String, String> flags =
        Map.of(
            "keystone.url", "http://k",
            "keystone.application-credential-id", "c1",
            "keystone.application-credential-secret", "hunter2");

    assertThat(load("", NOTHING, flags).keystone())
        .isNotNull()
        .extracting(KeystoneSettings::credentials)
        .isEqualTo(new Credentials.ApplicationCredential("c1", new Secret("hunter2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keystone.url=http://k | keystone.url: needs keystone.username",
        "keystone.username=u | keystone.url: is missing",
        "keystone.ca-file=x | keystone.url: is missing",
        "keystone.application-credential-id=x | keystone.url: is missing",
        "keystone.url=http://k,keystone.username=u,keystone.project=p"
            + " | keystone.password: is missing",
        "keystone.url=http://k,keystone.username=u,keystone.password=x"
            + " | keystone.project: exactly one of it and keystone.project-id",
        "keystone.url=http://k,keystone.password=x,keystone.project=p"
            + " | keystone.username: exactly one of it and keystone.user-id",
        "keystone.url=http://k,keystone.user-id=i,keystone.username=u,keystone.password=x,"
            + "keystone.project=p | keystone.username: exactly one",
        "keystone.url=http://k,keystone.application-credential-id=c"
            + " | keystone.application-credential-secret: is missing",
        "keystone.url=http://k,keystone.application-credential-secret=c"
            + " | keystone.application-credential-id: is missing",
        "keystone.url=http://k,keystone.application-credential-id=c,keystone.username=u,"
            + "keystone.application-credential-secret=x | keystone.application-credential-id: an",
        "keystone.url=http://k/v2.0,keystone.username=u,keystone.password=x,keystone.project=p"
            + " | keystone.url: Keystone's v2.0",
        "keystone.url=http://k,keystone.username=u,keystone.password=x,keystone.project=p,"
            + "keystone.user-domain=A,keystone.user-domain-id=a | keystone.user-domain: leave it",
        "keystone.url=http://k,keystone.username=u,keystone.password=x,keystone.project=p,"
            + "keystone.project-domain=A,keystone.project-domain-id=a | keystone.project-domain:"
      })
  void keystonesSettingsThatDoNotFitTogetherAreRefused(String given, String said) {
    Map<String, String> flags = new HashMap<>();
    for (String each : given.split(",", -1)) {
      flags.put(each.split("=", -1)[0], each.split("=", -1)[1]);
    }

    assertThat(problems("", NOTHING, flags)).singleElement().asString().startsWith(said);
  }

  @Test
  void keystonesSecretsAreNeverShown() {
    for (String secret : List.of("password", "application-credential-secret")) {
      String file =
          secret.equals("password")
              ? PASSWORD
              : "keystone:\n  url: http://k\n  application-credential-id: c\n  "
                  + secret
                  + ": hunter2\n";
      Settings settings = load(file, NOTHING, NOTHING);

      assertThat(settings.toString()).doesNotContain("hunter2");
      assertThat(settings.shown())
          .contains(new Settings.Shown("keystone." + secret, "***"))
          .noneMatch(s -> s.text().contains("hunter2"));
    }
  }

  @Test
  void brokenYamlIsRefusedWithItsPlaceButWithoutItsText() {
    List<String> problems = problems("database:\n  password: \"hunter2\n", NOTHING, NOTHING);

    assertThat(problems)
        .singleElement()
        .asString()
        .contains("not valid YAML at line")
        .doesNotContain("hunter2");
  }

  @Test
  void aNameGivenTwiceIsRefused() {
    assertThat(problems("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", NOTHING, NOTHING))
        .singleElement()
        .asString()
        .contains("not valid YAML at line 2");
  }

  @ParameterizedTest
  @CsvSource({"'listen: [a, b]', not a list", "'listen:', has no value", "'just text', expected"})
  void whatIsNoSettingIsRefused(String file, String said) {
    assertThat(problems(file, NOTHING, NOTHING)).singleElement().asString().contains(said);
  }

  @Test
  void aFileThatSomebodyNamedMustExist() {
    Path missing = directory.resolve("missing.yaml");

    assertThatThrownBy(() -> SettingsLoader.load(missing, NOTHING, NOTHING, NOTHING))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() ->
            SettingsLoader.load(
                null, NOTHING, Map.of("TOCSIN_CONFIG", missing.toString()), NOTHING))
        .isInstanceOf(SettingsException.class);
  }

  @Test
  void theDocumentationListsExactlyTheSettingsThereAre() throws IOException {
    String documentation = Files.readString(Path.of("../docs/configuration.md"));

    List<String> rows = documentation.lines().filter(line -> line.startsWith("| ")).toList();

    assertThat(rows).isEqualTo(Settings.table());
  }

  private Settings load(String yaml, Map<String, String> environment, Map<String, String> flags) {
    return SettingsLoader.load(file(yaml), NOTHING, environment, flags);
  }

  private List<String> problems(
      String yaml, Map<String, String> environment, Map<String, String> flags) {
    @Nullable SettingsException refusal =
        catchThrowableOfType(SettingsException.class, () -> load(yaml, environment, flags));
    assertThat(refusal).isNotNull();
    return refusal == null ? List.of() : refusal.problems();
  }

  private Path file(String yaml) {
    try {
      return Files.writeString(directory.resolve("tocsin.yaml"), yaml);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
