package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRuleTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /v1/segments,                /v1/segments,            true
          /v1/segments,                /v1/segments/,           false
          /v1/segments,                //v1/segments,           false
          /v1/segments,                /v1/segmentsX,           false
          /v1/segments/{id},           /v1/segments/7,          true
          /v1/segments/{id},           /v1/segments/,           false
          /v1/segments/{id},           /v1/segments/7/hosts,    false
          /v1/{project_id}/segments,   /v1/aa/segments,         true
          /v1/segments/{id}/hosts/{h}, /v1/segments/7/hosts/8,  true
          /v1/*,                       /v1/segments,            true
          /v1/*,                       /v1/segments/7,          false
          /v1/seg*,                    /v1/segments,            true
          /v1/*s,                      /v1/segments,            true
          /v1/**,                      /v1/segments/7/hosts,    true
          /v1/**,                      /v1/,                    true
          /v1/**,                      /v2/x,                   false
          **,                          /v1/anything,            true
          /v1**,                       /v1,                     true
          /v1/**/hosts,                /v1/segments/7/hosts,    true
          /v1/**/hosts,                /v1/segments/7/hosts/8,  false
          /v1/a.b,                     /v1/aXb,                 false
          /v1/{broken,                 /v1/{broken,             true
          /v1/(x,                      /v1/(x,                  true
          """)
  void matchesPathsAsTheMiddlewareDoes(String rule, String path, boolean matches) {
    assertThat(new AccessRule("instance-ha", "GET", rule).matches("GET", path)).isEqualTo(matches);
  }

  @Test
  void isAboutOneMethodOfOneService() {
    AccessRule rule = new AccessRule("instance-ha", "GET", "**");

    assertThat(rule.matches("GET", "/v1")).isTrue();
    assertThat(rule.matches("POST", "/v1")).isFalse();
    assertThat(new AccessRule("compute", "GET", "**").matches("GET", "/v1")).isFalse();
  }

  /** With a regular expression this would take longer than the universe has. */
  @Test
  void isNotSlowForARuleMadeToBeSlow() {
    AccessRule rule = new AccessRule("instance-ha", "GET", "**a".repeat(40) + "b");

    assertThat(rule.matches("GET", "/" + "a".repeat(8000))).isFalse();
  }
}
