package io.tocsin.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.openstack.Answer;
import io.tocsin.openstack.ApiCall;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import io.tocsin.openstack.CallFailure.NoAccess;
import io.tocsin.openstack.CallFailure.NoAccess.Reason;
import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.Credentials.Domain;
import io.tocsin.openstack.Credentials.Subject;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.simulator.SimulatedCloud;
import io.tocsin.store.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Our session, put to a whole simulated Keystone and a Nova that asks for tokens. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeystoneContractTest {
  private static final Credentials TOCSIN = password("tocsin", "secret", "service");

  private final ServedCloud served = ServedCloud.inMemory(new RegionSpec(3, 30), Behaviour.FAST);
  private final SimulatedCloud simulated = served.cloud();
  private final List<Runnable> ends = new ArrayList<>();
  private final String host = simulated.hostNames().getFirst();

  KeystoneContractTest() {
    simulated.demandTokens(true);
  }

  @AfterEach
  void stop() {
    ends.reversed().forEach(Runnable::run);
    served.close();
  }

  static Stream<Credentials> credentials() {
    return Stream.of(
        TOCSIN,
        new Credentials.Password(
            new Subject.ByName("admin", new Domain.ById("default")),
            new Secret("secret"),
            new Subject.ByName("admin", new Domain.ByName("Default"))),
        new Credentials.ApplicationCredential(
            "8c2391961c0d396baab6c27f4941f0af", new Secret("secret")));
  }

  @ParameterizedTest
  @MethodSource("credentials")
  void logsOnAndFindsAndAsksNova(Credentials credentials) {
    NovaCloud cloud = cloud(keystone(credentials));
    assertThat(cloud.probe().contains(NovaCloud.MICROVERSION)).isTrue();
    assertThat(cloud.listServersOn(host)).isNotEmpty();
    assertThat(cloud.findComputeService(host)).isPresent();
    assertThat(calls("log-on")).isEqualTo(1);
  }

  @Test
  void aNovaThatAsksForATokenIsAnOutageWithoutKeystone() {
    try (NovaCloud cloud =
        new NovaCloud(
            CloudSettings.defaults(URI.create(baseUrl() + "/compute/v2.1")),
            RandomGenerator.getDefault(),
            Clock.system())) {
      assertThat(failureOf(() -> cloud.listServersOn(host)))
          .isInstanceOf(CloudFailure.Unreachable.class)
          .extracting(CloudFailure::text)
          .asString()
          .contains("keystone.url is not set");
    }
  }

  @Test
  void goesOnWithAnotherTokenWhenItsOwnIsRevoked() {
    NovaCloud cloud = cloud(keystone(TOCSIN));
    ServerId id = cloud.listServersOn(host).getFirst().id();
    control("POST", "/simulator/identity/users/tocsin/revoke", "");
    assertThat(cloud.findServer(id)).isPresent();
    assertThat(calls("log-on")).isEqualTo(2);
  }

  @Test
  void evacuatesOnceThoughItsTokenWasRevoked() {
    NovaCloud cloud = cloud(keystone(TOCSIN));
    ServerId id =
        cloud.listServersOn(host).stream()
            .filter(s -> s.vmState().equals("active") && s.taskState() == null)
            .findFirst()
            .orElseThrow()
            .id();
    control("POST", "/simulator/hosts/" + host + "/fail?report=false", "");
    cloud.forceDown(cloud.findComputeService(host).orElseThrow(), "Host failed.");
    control("POST", "/simulator/identity/users/tocsin/revoke", "");

    cloud.evacuate(id, Optional.empty());

    JsonNode evacuations = control("GET", "/simulator/instances/" + id, "").path("evacuations");
    assertThat(evacuations.path("accepted").asInt()).isEqualTo(1);
    assertThat(evacuations.path("received").asInt()).isEqualTo(1);
  }

  @Test
  void aUserWhoIsNoAdministratorIsRefusedByNovaAndNotByKeystone() {
    NovaCloud cloud = cloud(keystone(password("demo", "secret", "demo")));
    assertThat(failureOf(() -> cloud.listServersOn(host)))
        .isInstanceOfSatisfying(
            CloudFailure.Refused.class, it -> assertThat(it.status()).isEqualTo(403));
    assertThat(calls("log-on")).isEqualTo(1);
  }

  @Test
  void aDisabledUserAndAWrongPasswordAreRefusedByKeystone() {
    control("POST", "/simulator/identity/users/demo/disable", "");
    for (Credentials wrong :
        List.of(
            password("tocsin", "sesame", "service"),
            password("nobody", "secret", "service"),
            password("tocsin", "secret", "elsewhere"),
            password("reader", "secret", "service"),
            password("demo", "secret", "demo"),
            new Credentials.ApplicationCredential("c1", new Secret("secret")))) {
      Keystone keystone = keystone(wrong);
      assertThat(((NoAccess) keystoneFailureOf(keystone::token)).reason())
          .as(wrong.toString())
          .isEqualTo(Reason.CREDENTIALS_REFUSED);
    }
  }

  @Test
  void validatesTheTokenOfAUser() {
    Keystone users = keystone(password("demo", "secret", "demo"));
    Keystone keystone = keystone(TOCSIN);

    Answer answer = keystone.call(validation(users.token()));

    assertThat(answer.tree().path("token").path("user").path("name").asString()).isEqualTo("demo");
    control("POST", "/simulator/identity/users/demo/revoke", "");
    assertThat(keystoneFailureOf(() -> keystone.call(validation(users.token()))))
        .isInstanceOfSatisfying(
            CallFailure.Rejected.class,
            it -> {
              assertThat(it.status()).isEqualTo(404);
              assertThat(it.text()).doesNotContain(users.token());
            });
  }

  @Test
  void aKeystoneThatIsAwayIsAnOutageUntilItIsBack() {
    control("POST", "/simulator/faults", "{\"kind\": \"cut-before\", \"service\": \"keystone\"}");
    NovaCloud cloud = cloud(keystone(TOCSIN));
    assertThat(failureOf(() -> cloud.listServersOn(host)))
        .isInstanceOf(CloudFailure.Unreachable.class);
    control("DELETE", "/simulator/faults", "");
    Waiting.until(() -> isAnswering(cloud));
  }

  private boolean isAnswering(NovaCloud cloud) {
    try {
      return !cloud.listServersOn(host).isEmpty();
    } catch (CloudException e) {
      assertThat(e.failure()).isInstanceOf(CloudFailure.Unreachable.class);
      return false;
    }
  }

  private static ApiCall validation(String token) {
    return ApiCall.read("/auth/tokens", Map.of("X-Subject-Token", token));
  }

  private static Credentials password(String user, String password, String project) {
    Domain domain = new Domain.ByName("Default");
    return new Credentials.Password(
        new Subject.ByName(user, domain),
        new Secret(password),
        new Subject.ByName(project, domain));
  }

  private Keystone keystone(Credentials credentials) {
    Keystone keystone =
        new Keystone(
            new KeystoneSettings(
                URI.create(baseUrl() + "/identity"), credentials, null, Duration.ofSeconds(10)),
            RandomGenerator.getDefault(),
            Clock.system());
    ends.add(keystone::close);
    return keystone;
  }

  private NovaCloud cloud(Keystone keystone) {
    CloudSettings settings =
        new CloudSettings(
            null, Duration.ofSeconds(10), Duration.ofSeconds(30), 3, 20, 100, 100, 16 << 20);
    NovaCloud cloud =
        new NovaCloud(
            settings,
            CloudLocation.usual(),
            keystone,
            RandomGenerator.getDefault(),
            Clock.system());
    ends.add(cloud::close);
    return cloud;
  }

  private int calls(String kind) {
    return control("GET", "/simulator/calls", "").path("by_kind").path(kind).asInt();
  }

  private String baseUrl() {
    return served.url().toString();
  }

  private static CloudFailure failureOf(ThrowingCallable call) {
    return catchThrowableOfType(CloudException.class, call).failure();
  }

  private static CallFailure keystoneFailureOf(ThrowingCallable call) {
    return catchThrowableOfType(CallFailedException.class, call).failure();
  }

  private JsonNode control(String method, String path, String body) {
    return served.control(method, path, body);
  }
}
