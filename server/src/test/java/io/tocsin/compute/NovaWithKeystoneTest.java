package io.tocsin.compute;

import static io.tocsin.openstack.ScriptedServer.cut;
import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.clock.Clock;
import io.tocsin.openstack.EndpointQuery;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.OnBehalfOf;
import io.tocsin.openstack.ScriptedKeystone;
import io.tocsin.openstack.ScriptedServer;
import io.tocsin.openstack.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Nova that asks for tokens, found in Keystone's catalog. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NovaWithKeystoneTest {
  private static final ServerId ID =
      new ServerId(UUID.fromString("5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e"));

  private final ScriptedServer nova = new ScriptedServer();
  private final ScriptedKeystone server = new ScriptedKeystone();
  private final Keystone keystone =
      new Keystone(server.settings(), RandomGenerator.getDefault(), Clock.system());
  private final NovaCloud cloud = cloud(null, null);

  @BeforeEach
  void listNova() {
    list(nova.endpoint().resolve("/compute/v2.1"));
  }

  @AfterEach
  void stop() {
    cloud.close();
    keystone.close();
    nova.close();
    server.close();
  }

  @Test
  void asksNothingOfAnybodyBeforeItsFirstCall() {
    assertThat(server.server().opened()).isZero();
  }

  @Test
  void callsWhereTheCatalogHasItWithItsTokenAndUsesThatAgain() {
    nova.reply(json(202, ""));
    cloud.lock(ID);
    cloud.unlock(ID);
    assertThat(nova.received())
        .hasSize(2)
        .allMatch(r -> r.target().equals("/compute/v2.1/servers/" + ID + "/action"))
        .allMatch(r -> "token-1".equals(token(r)));
    assertThat(server.logOns()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "http://n:8774/v2.1, http://n:8774/v2.1",
    "http://n:8774/v2.1/, http://n:8774/v2.1",
    "http://n:8774, http://n:8774/v2.1",
    "http://n:8774/, http://n:8774/v2.1",
    "https://n/compute, https://n/compute/v2.1",
    "https://n/compute/v2.1/4b9d5c2a, https://n/compute/v2.1",
    "https://n/compute/v2/4b9d5c2a, https://n/compute/v2.1",
    "https://n/compute/v2.1/%(project_id)s, https://n/compute/v2.1",
    "https://n/compute/v2.1/$(tenant_id)s, https://n/compute/v2.1",
    "http://v2/compute, http://v2/compute/v2.1",
    "https://n/v2api, https://n/v2api/v2.1"
  })
  void makesNovasEndpointOfWhatCatalogsHold(String listed, String endpoint) {
    assertThat(CloudLocation.versioned(listed)).isEqualTo(endpoint);
  }

  @Test
  void findsANovaWhoseEntryLacksTheVersion() {
    list(nova.endpoint().resolve("/compute"));
    nova.reply(json(202, ""));
    cloud.lock(ID);
    assertThat(nova.received().getFirst().target()).startsWith("/compute/v2.1/servers/");
  }

  @Test
  void anEndpointOfItsOwnGoesBeforeTheCatalog() {
    server.catalog("[]");
    nova.reply(json(202, ""));
    try (NovaCloud fixed = cloud(nova.endpoint().resolve("/own/v2.1/"), null)) {
      fixed.lock(ID);
    }
    assertThat(nova.received().getFirst().target())
        .isEqualTo("/own/v2.1/servers/" + ID + "/action");
    assertThat(token(nova.received().getFirst())).isEqualTo("token-1");
  }

  @Test
  void aCatalogWithoutItIsAnOutageThatSaysWhatThereIs() {
    try (NovaCloud abroad = cloud(null, "Elsewhere")) {
      assertThat(failureOf(() -> abroad.lock(ID)))
          .isInstanceOfSatisfying(
              CloudFailure.Unreachable.class,
              it ->
                  assertThat(it.text())
                      .contains("region Elsewhere", "compute public in RegionOne"));
    }
    assertThat(nova.opened()).isZero();
  }

  @Test
  void aCatalogWithNonsenseForItIsAnOutageThatQuotesIt() {
    list("not a URL");
    assertThat(failureOf(() -> cloud.lock(ID)))
        .isInstanceOf(CloudFailure.Unreachable.class)
        .extracting(CloudFailure::text)
        .asString()
        .contains("no http or https URL: not a URL");
  }

  @Test
  void readsTheEndpointAnewWithEachLogOn() {
    nova.script(r -> "token-1".equals(token(r)) ? unauthorized() : json(202, ""));
    try (ScriptedServer moved = new ScriptedServer()) {
      moved.reply(json(202, ""));
      assertThat(keystone.token()).isEqualTo("token-1");
      list(moved.endpoint());
      cloud.lock(ID);
      assertThat(moved.received()).hasSize(1);
      assertThat(token(moved.received().getFirst())).isEqualTo("token-2");
    }
    assertThat(nova.received()).hasSize(1);
  }

  /** It did nothing: the filter in front of Nova turned it away. */
  @Test
  void anEvacuateWithATokenThatIsRefusedIsSentOnceMore() {
    nova.script(r -> "token-1".equals(token(r)) ? unauthorized() : json(200, "{}"));
    cloud.evacuate(ID, Optional.empty());
    assertThat(nova.received())
        .extracting(NovaWithKeystoneTest::token)
        .containsExactly("token-1", "token-2");
  }

  @Test
  void anEvacuateWithoutAnAnswerAfterARefusedTokenIsNotSentAgain() {
    nova.script(r -> "token-1".equals(token(r)) ? unauthorized() : cut());
    assertThat(failureOf(() -> cloud.evacuate(ID, Optional.empty())))
        .isInstanceOf(CloudFailure.Unanswered.class);
    assertThat(nova.received()).hasSize(2);
  }

  @Test
  void aSecondRefusalIsAnOutageAndNoVerdictOnTheInstance() {
    nova.reply(unauthorized());
    assertThat(failureOf(() -> cloud.evacuate(ID, Optional.empty())))
        .isInstanceOfSatisfying(
            CloudFailure.Unreachable.class,
            it ->
                assertThat(it.text())
                    .contains("refuses the token that Keystone gave us, and the one after it")
                    .doesNotContain("token-1", "token-2"));
    assertThat(nova.received()).hasSize(2);
    assertThat(server.logOns()).isEqualTo(2);
  }

  @Test
  void aRefusedTokenDoesNotUndoThatAnEarlierTryMayHaveActed() {
    AtomicInteger tries = new AtomicInteger();
    nova.script(_ -> tries.incrementAndGet() == 1 ? cut() : unauthorized());
    assertThat(failureOf(() -> cloud.lock(ID))).isInstanceOf(CloudFailure.Unanswered.class);
    assertThat(nova.received()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 500})
  void noTokenIsAnOutageAndNothingIsSent(int status) {
    server.script(_ -> json(status, "{\"error\": {\"message\": \"because\"}}"));
    assertThat(failureOf(() -> cloud.evacuate(ID, Optional.empty())))
        .isInstanceOf(CloudFailure.Unreachable.class)
        .extracting(CloudFailure::text)
        .asString()
        .contains("because");
    assertThat(nova.opened()).isZero();
  }

  @Test
  void aForbiddenCallIsRefusedAndNoMatterOfTheToken() {
    nova.reply(json(403, "{\"forbidden\": {\"message\": \"Policy doesn't allow it.\"}}"));
    assertThat(failureOf(() -> cloud.lock(ID)))
        .isEqualTo(new CloudFailure.Refused(403, "Policy doesn't allow it."));
    assertThat(server.logOns()).isEqualTo(1);
  }

  /** Between the guard and the call there must be no time for the lease to be lost. */
  @Test
  void theGuardRunsAfterTheLogOnAndBeforeEachTry() {
    nova.script(r -> "token-1".equals(token(r)) ? unauthorized() : json(202, ""));
    AtomicInteger asked = new AtomicInteger();
    Cloud guarded =
        cloud.guardedBy(() -> {
          int time = asked.incrementAndGet();
          assertThat(server.logOns()).isEqualTo(time);
          assertThat(nova.received()).hasSize(time - 1);
        });
    guarded.lock(ID);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aGuardThatObjectsEndsTheCallAlsoAfterARefusedToken() {
    nova.reply(unauthorized());
    AtomicInteger asked = new AtomicInteger();
    Cloud guarded =
        cloud.guardedBy(() -> {
          if (asked.incrementAndGet() == 2) {
            throw new IllegalStateException("the lease is lost");
          }
        });
    assertThatThrownBy(() -> guarded.evacuate(ID, Optional.empty()))
        .hasMessage("the lease is lost");
    assertThat(nova.received()).hasSize(1);
  }

  @Test
  void theCallersRequestIdGoesAlongToNovaAndToKeystone() {
    nova.reply(json(202, ""));
    ScopedValue.where(OnBehalfOf.REQUEST_ID, "req-1").run(() -> cloud.lock(ID));
    cloud.onBehalfOf("req-2").lock(ID);
    cloud.guardedBy(() -> {}).onBehalfOf("req-3").guardedBy(() -> {}).lock(ID);
    cloud.lock(ID);
    assertThat(nova.received())
        .extracting(NovaWithKeystoneTest::requestId)
        .containsExactly("req-1", "req-2", "req-3", "none");
    assertThat(server.received())
        .extracting(NovaWithKeystoneTest::requestId)
        .containsExactly("req-1");
  }

  private static String requestId(ScriptedServer.Received request) {
    return request.headers().getOrDefault("X-OpenStack-Request-ID", "none");
  }

  private static @Nullable String token(ScriptedServer.Received request) {
    return request.headers().get("X-Auth-Token");
  }

  private void list(Object url) {
    server.catalog("[" + ScriptedKeystone.entry("compute", "public", "RegionOne", url) + "]");
  }

  /** As the standard filter in front of Nova says it. */
  private static ScriptedServer.Reply unauthorized() {
    return json(
        401,
        "{\"error\": {\"code\": 401, \"title\": \"Unauthorized\", \"message\": \"The request you"
            + " have made requires authentication.\"}}",
        "WWW-Authenticate",
        "Keystone uri=\"http://k/v3\"");
  }

  private static CloudFailure failureOf(ThrowingCallable call) {
    return catchThrowableOfType(CloudException.class, call).failure();
  }

  private NovaCloud cloud(@Nullable URI endpoint, @Nullable String region) {
    CloudSettings settings =
        new CloudSettings(
            endpoint, Duration.ofSeconds(10), Duration.ofSeconds(30), 3, 10, 100, 20, 1 << 20);
    CloudLocation location =
        new CloudLocation(
            new EndpointQuery(List.of("compute"), EndpointQuery.Interface.PUBLIC, region),
            Trust.usual());
    return new NovaCloud(
        settings, location, keystone, RandomGenerator.getDefault(), Clock.system());
  }
}
