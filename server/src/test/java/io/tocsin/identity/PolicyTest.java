package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final List<String> FOR_ADMINISTRATORS =
      List.of(
          "context_is_admin",
          "admin_api",
          "os_masakari_api:segments:index",
          "os_masakari_api:segments:detail",
          "os_masakari_api:segments:create",
          "os_masakari_api:segments:update",
          "os_masakari_api:segments:delete",
          "os_masakari_api:segments:discoverable",
          "os_masakari_api:os-hosts:index",
          "os_masakari_api:os-hosts:detail",
          "os_masakari_api:os-hosts:create",
          "os_masakari_api:os-hosts:update",
          "os_masakari_api:os-hosts:delete",
          "os_masakari_api:os-hosts:discoverable",
          "os_masakari_api:notifications:index",
          "os_masakari_api:notifications:detail",
          "os_masakari_api:notifications:create",
          "os_masakari_api:notifications:discoverable",
          "os_masakari_api:vmoves:index",
          "os_masakari_api:vmoves:detail",
          "os_masakari_api:vmoves:discoverable",
          "os_masakari_api:extensions:index",
          "os_masakari_api:extensions:detail",
          "os_masakari_api:extensions:discoverable",
          "tocsin:operators");
  private static final List<String> FOR_EVERYBODY =
      List.of("os_masakari_api:versions:index", "os_masakari_api:versions:discoverable");

  @TempDir private Path directory;

  @Test
  void theDefaultsAreThoseOfTheSpec() {
    Policy policy = Policy.defaults();
    Caller admin = Callers.inProject("p1", "admin");
    Caller member = Callers.inProject("p1", "member", "reader", "service");

    for (String rule : FOR_ADMINISTRATORS) {
      assertThat(allows(policy, rule, admin)).as(rule).isTrue();
      assertThat(allows(policy, rule, Callers.inProject("p1", "ADMIN"))).as(rule).isTrue();
      assertThat(allows(policy, rule, Callers.of(new Scope.Nothing(), "admin"))).as(rule).isTrue();
      assertThat(allows(policy, rule, member)).as(rule).isFalse();
      assertThat(allows(policy, rule, Caller.UNKNOWN)).as(rule).isFalse();
    }
    for (String rule : FOR_EVERYBODY) {
      assertThat(allows(policy, rule, Caller.UNKNOWN)).as(rule).isTrue();
    }
    assertThat(allows(policy, "admin_or_owner", member)).isTrue();
    assertThat(allows(policy, "admin_or_owner", Callers.of(new Scope.Nothing(), "member")))
        .isFalse();
    assertThat(
            policy.rules().stream()
                .map(Policy.Rule::name)
                .filter(it -> !it.equals("admin_or_owner")))
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.Stream.concat(FOR_ADMINISTRATORS.stream(), FOR_EVERYBODY.stream())
                .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          role:MEMBER                               | true
          role:%(kind)s                             | true
          role:%(nothing)s                          | false
          not role:%(nothing)s                      | true
          user_id:u1                                | true
          user_id:%(user_id)s                       | true
          project_id:%(project_id)s                 | true
          project_id:other                          | false
          domain_id:%(project_id)s                  | false
          system_scope:all                          | false
          user_domain_id:default                    | true
          project_domain_id:default                 | true
          is_admin_project:True                     | true
          roles:member                              | true
          service_roles:service                     | false
          is_admin:True                             | false
          is_admin:False                            | true
          'gold':%(level)s                          | true
          'silver':%(level)s                        | false
          True:%(enabled)s                          | true
          False:%(enabled)s                         | false
          None:%(nothing)s                          | false
          role:member and role:reader               | false
          role:member or role:reader                | true
          not role:reader                           | true
          @                                         | true
          !                                         | false
          rule:admin_api or rule:helper             | true
          """)
  void checksMeanWhatTheyMeanInOsloPolicy(String rule, boolean isAllowed) throws IOException {
    Policy policy =
        policy("helper: role:member\ntested: \"%s\"\n".formatted(rule.replace("\"", "'")));
    Map<String, String> target =
        Map.of(
            "project_id", "p1",
            "user_id", "u1",
            "kind", "Member",
            "level", "gold",
            "enabled", "True");

    Verdict verdict = policy.check("tested", Callers.inProject("p1", "member"), target);

    assertThat(verdict.isAllowed()).as(verdict.because()).isEqualTo(isAllowed);
  }

  @Test
  void scopesAndServicesCanBeAskedAbout() throws IOException {
    Policy policy =
        policy(
            """
            system: system_scope:all
            domain: domain_id:d1
            vouched: service_roles:service and service_project_id:services
            """);
    Caller service = Callers.inProject("services", "service");
    Caller user =
        new Caller(
            new Caller.User("u1", "ute", null), new Scope.Domain("d1"), Set.of("member"), service);

    assertThat(allows(policy, "system", Callers.of(new Scope.Everything(), "admin"))).isTrue();
    assertThat(allows(policy, "system", user)).isFalse();
    assertThat(allows(policy, "domain", user)).isTrue();
    assertThat(allows(policy, "vouched", user)).isTrue();
    assertThat(allows(policy, "vouched", service)).isFalse();
  }

  @Test
  void aRuleThatDoesNotExistAllowsNobody() {
    Verdict verdict =
        Policy.defaults().check("nonsense", Callers.inProject("p", "admin"), Map.of());

    assertThat(verdict.isAllowed()).isFalse();
    assertThat(verdict.because()).isEqualTo("there is no such rule");
  }

  @Test
  void theFileDecidesWhoIsAnAdministrator() throws IOException {
    Policy policy =
        policy("context_is_admin: role:operator or project_id:%(project_id)s and role:x\n");

    assertThat(allows(policy, "admin_api", Callers.inProject("p1", "operator"))).isTrue();
    assertThat(allows(policy, "admin_api", Callers.inProject("p1", "x"))).isTrue();
    assertThat(allows(policy, "admin_api", Callers.inProject("p1", "admin"))).isFalse();
  }

  @Test
  void aVerdictSaysWhichChecksDecided() {
    Policy policy = Policy.defaults();

    assertThat(
            policy
                .check(
                    "os_masakari_api:segments:index",
                    Callers.inProject("p1", "reader", "member"),
                    Map.of())
                .because())
        .isEqualTo(
            "rule:admin_api > is_admin:True > role:admin does not hold; the roles are member, reader");
    assertThat(policy.check("admin_api", Callers.inProject("p1", "admin"), Map.of()).because())
        .isEqualTo("is_admin:True > role:admin holds");
  }

  @Test
  void everyRuleCanBeWrittenAsAFileThatMeansTheSame() throws IOException {
    Policy policy = policy("helper: not (role:a or 'x':%(y)s)\nadmin_api: rule:helper\n");
    StringBuilder text = new StringBuilder();
    policy.rules().forEach(it -> text.append("\"%s\": \"%s\"\n".formatted(it.name(), it.text())));

    assertThat(policy(text.toString()).rules().stream().map(Policy.Rule::text))
        .containsExactlyElementsOf(policy.rules().stream().map(Policy.Rule::text).toList());
    assertThat(policy.rules().stream().filter(Policy.Rule::isFromFile).map(Policy.Rule::name))
        .containsExactly("admin_api", "helper");
  }

  private Policy policy(String yaml) throws IOException {
    return Policy.read(Files.writeString(directory.resolve("policy.yaml"), yaml));
  }

  private static boolean allows(Policy policy, String rule, Caller caller) {
    return policy.check(rule, caller, caller.target()).isAllowed();
  }
}
