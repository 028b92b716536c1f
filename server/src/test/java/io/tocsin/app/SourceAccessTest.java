package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.openstack.Access;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.ScriptedServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With which token, and where, an import asks its source. */
class SourceAccessTest {
  @ParameterizedTest
  @CsvSource({
    "http://h:15868, http://h:15868/v1",
    "http://h:15868/, http://h:15868/v1",
    "http://h/instance-ha, http://h/instance-ha/v1",
    "http://h:15868/v1/, http://h:15868/v1",
    "http://h:15868/v1/abc123, http://h:15868/v1/abc123"
  })
  void theVersionStandsBehindARootThatHasNone(String given, String used) {
    assertThat(new SourceAccess(URI.create(given), Map.of()).access(null))
        .isEqualTo(Access.open(URI.create(used)));
  }

  @Test
  void logsOnAndAsksTheCatalogWhereNoUrlIsGiven() {
    try (ScriptedServer server = new ScriptedServer()) {
      server.script(_ -> catalog());
      SourceAccess access = new SourceAccess(null, variables(server, Map.of()));

      try (Keystone keystone = access.keystone(new Random(1), Clock.system())) {
        Access.Grant grant =
            access.access(keystone).grant(Deadline.in(Duration.ofSeconds(20), Clock.system()));

        assertThat(grant.endpoint()).isEqualTo("http://ha.example:15868/v1/abc");
        assertThat(grant.token()).isEqualTo("fresh");
        assertThat(access.token()).isNull();
      }
      assertThat(server.received().getFirst().body())
          .contains("\"op\"", "\"geheim\"", "\"Default\"", "\"admin\"");
    }
  }

  @Test
  void aTokenThatOneHasIsUsedAndKeystoneNotAsked() {
    try (ScriptedServer server = new ScriptedServer()) {
      SourceAccess access =
          new SourceAccess(URI.create("http://h:1"), variables(server, Map.of("OS_TOKEN", "mine")));

      assertThat(access.keystone(new Random(1), Clock.system())).isNull();
      assertThat(String.valueOf(access.token())).isEqualTo("***");
      assertThat(access.toString()).doesNotContain("mine", "geheim");
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void saysWhatIsMissing() {
    Map<String, String> only = Map.of("OS_AUTH_URL", "http://k:5000/v3", "OS_PASSWORD", "x");

    assertThatThrownBy(() -> new SourceAccess(null, only).keystone(new Random(1), Clock.system()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessage("OS_AUTH_URL needs OS_USERNAME");
    assertThatThrownBy(() -> new SourceAccess(null, Map.of()).access(null))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("--from URL");
    assertThatThrownBy(() -> new SourceAccess(URI.create("http://a:b@h"), Map.of()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageNotContaining("a:b");
  }

  private static Map<String, String> variables(ScriptedServer server, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("OS_AUTH_URL", server.endpoint().toString());
    all.put("OS_USERNAME", "op");
    all.put("OS_PASSWORD", "geheim");
    all.put("OS_PROJECT_NAME", "admin");
    return all;
  }

  private static ScriptedServer.Reply catalog() {
    return ScriptedServer.json(
        201,
        """
        {"token": {"expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z",
          "user": {"id": "u", "name": "op", "domain": {"id": "default", "name": "Default"}},
          "project": {"id": "abc", "name": "admin", "domain": {"id": "default", "name": "Default"}},
          "roles": [{"id": "r", "name": "admin"}], "methods": ["password"],
          "catalog": [{"type": "instance-ha", "name": "masakari", "id": "s", "endpoints": [
            {"id": "e", "interface": "public", "region": "R", "region_id": "R",
             "url": "http://ha.example:15868/v1/abc"}]}]}}
        """,
        "X-Subject-Token",
        "fresh");
  }
}
