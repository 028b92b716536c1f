package io.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URL that links are made of, behind a proxy. Each request is seen at http://inner:15868. */
class ProxyHeadersTest {
  private static String baseUrl(String... namesAndValues) {
    return ProxyHeaders.of(Headers.of(namesAndValues)).baseUrl("http", "inner:15868");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Proto | https | https://inner:15868",
        "X-Forwarded-Proto | HTTPS, http | https://inner:15868",
        "X-Forwarded-Host | ha.example | http://ha.example",
        "X-Forwarded-Host | ha.example:8443, inner | http://ha.example:8443",
        "X-Forwarded-Host | [2001:db8::1]:80 | http://[2001:db8::1]:80",
        "X-Forwarded-Port | 8080 | http://inner:8080",
        "X-Forwarded-Port | 80 | http://inner",
        "X-Forwarded-Prefix | /instance-ha/ | http://inner:15868/instance-ha",
        "X-Forwarded-Prefix | /a/b | http://inner:15868/a/b",
        "X-Forwarded-Prefix | / | http://inner:15868",
        "X-Forwarded-For | 192.0.2.60 | http://inner:15868",
        "Forwarded | for=192.0.2.60;proto=https;host=ha.example | https://ha.example",
        "Forwarded | Host=\"ha.example:8443\"; Proto=https , host=inner | https://ha.example:8443",
        "Forwarded | host=\"[2001:db8::1]\" | http://[2001:db8::1]",
        "Forwarded | for=192.0.2.60 | http://inner:15868",
      })
  void takesAProxysWord(String name, String value, String url) {
    assertThat(baseUrl(name, value)).isEqualTo(url);
  }

  @Test
  void prefersForwardedOverItsPredecessorsButForThePrefix() {
    assertThat(
            baseUrl(
                "X-Forwarded-Host", "old.example",
                "X-Forwarded-Port", "1",
                "X-Forwarded-Proto", "https",
                "X-Forwarded-Prefix", "/ha",
                "Forwarded", "host=new.example"))
        .isEqualTo("http://new.example/ha");
  }

  @Test
  void combinesHostPortAndScheme() {
    assertThat(baseUrl("X-Forwarded-Host", "ha.example", "X-Forwarded-Port", "8443"))
        .isEqualTo("http://ha.example:8443");
    assertThat(baseUrl("X-Forwarded-Host", "ha.example:1", "X-Forwarded-Port", "8443"))
        .isEqualTo("http://ha.example:1");
    assertThat(baseUrl("X-Forwarded-Proto", "https", "X-Forwarded-Port", "443"))
        .isEqualTo("https://inner");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Proto | javascript",
        "X-Forwarded-Proto | https://evil",
        "X-Forwarded-Host | evil.example/path",
        "X-Forwarded-Host | user@evil.example",
        "X-Forwarded-Host | \"><script>alert(1)</script>",
        "X-Forwarded-Host | a b",
        "X-Forwarded-Host | [::1",
        "X-Forwarded-Host | ha.example:99999",
        "X-Forwarded-Host | ha.example:",
        "X-Forwarded-Host | \u0000",
        "X-Forwarded-Host | ,ha.example",
        "X-Forwarded-Port | 0",
        "X-Forwarded-Port | 65536",
        "X-Forwarded-Port | -1",
        "X-Forwarded-Port | 80x",
        "X-Forwarded-Prefix | //evil.example",
        "X-Forwarded-Prefix | evil.example",
        "X-Forwarded-Prefix | /a?b=c",
        "X-Forwarded-Prefix | /a\" onclick=\"x",
        "Forwarded | host=\"ha.example",
        "Forwarded | host=\"a\\\"b\"",
        "Forwarded | proto=gopher;host=;for",
        "Forwarded | ;;=;=;host",
      })
  void passesOverWhatIsOfAnotherForm(String name, String value) {
    assertThat(baseUrl(name, value)).isEqualTo("http://inner:15868");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-For", "Forwarded"})
  void passesOverWhatIsTooLong(String name) {
    String path = name.endsWith("Prefix") ? "/" : "";

    assertThat(baseUrl(name, path + "a".repeat(256))).isEqualTo("http://inner:15868");
    assertThat(ProxyHeaders.of(Headers.of(name, path + "a".repeat(256))).client()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For | 192.0.2.60, 10.0.0.1 | 192.0.2.60",
        "X-Forwarded-For | 2001:db8::1 | 2001:db8::1",
        "X-Forwarded-For | a b |",
        "X-Forwarded-For | a\u001b[31m |",
        "Forwarded | for=\"[2001:db8::1]:4711\" | [2001:db8::1]:4711",
        "Forwarded | for=_hidden;host=a | _hidden",
      })
  void namesTheClientForTheLog(String name, String value, String client) {
    assertThat(ProxyHeaders.of(Headers.of(name, value)).client()).isEqualTo(client);
  }

  @Test
  void believesNobodyUnlessTold() throws Exception {
    String request =
        String.join(
            "\r\n",
            "GET /v1/x HTTP/1.1",
            "Host: inner",
            "X-Forwarded-Host: ha.example",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Prefix: /ha",
            "\r\n");
    for (boolean trusts : new boolean[] {false, true}) {
      HttpSettings settings = HttpSettings.at("127.0.0.1", 0).trustingProxy(trusts);
      try (Listener listener = Echo.listener(settings)) {
        listener.start();
        try (RawClient client = new RawClient(listener.address()).send(request)) {
          assertThat(client.answer().body())
              .isEqualTo("GET /v1/x at " + (trusts ? "https://ha.example/ha" : "http://inner"));
        }
      }
    }
  }
}
