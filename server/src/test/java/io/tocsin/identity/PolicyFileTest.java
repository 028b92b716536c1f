package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  @TempDir private Path directory;

  @Test
  void readsYaml() throws IOException {
    Policy policy =
        read(
            "policy.yaml",
            """
            # comment
            "helper": "role:member"
            'admin_api': 'is_admin:True or rule:helper'
            admin_or_owner: >
              role:x
              or role:y
            nobody: "!"
            everybody: ""
            """);

    assertThat(text(policy, "admin_api")).isEqualTo("is_admin:True or rule:helper");
    assertThat(text(policy, "admin_or_owner")).isEqualTo("role:x or role:y");
    assertThat(text(policy, "nobody")).isEqualTo("!");
    assertThat(text(policy, "everybody")).isEqualTo("@");
  }

  @Test
  void readsJson() throws IOException {
    Policy policy =
        read(
            "policy.json",
            "{\n\t\"helper\": \"role:member\",\n\t\"admin_api\": \"rule:helper\"\n}");

    assertThat(text(policy, "admin_api")).isEqualTo("rule:helper");
  }

  @Test
  void aFileOfCommentsChangesNothing() throws IOException {
    for (String nothing : List.of("", "# nothing\n", "---\n", "{}")) {
      assertThat(read("policy.yaml", nothing).rules()).isEqualTo(Policy.defaults().rules());
    }
  }

  @Test
  void readsTheOldListsOfLists() throws IOException {
    Policy policy =
        read(
            "policy.json",
            """
            {"a": [], "b": [[]], "c": ["role:x"], "d": [["role:x", "rule:c"], "@", []],
             "e": [["role:x"], ["role:y"]]}
            """);

    assertThat(text(policy, "a")).isEqualTo("@");
    assertThat(text(policy, "b")).isEqualTo("!");
    assertThat(text(policy, "c")).isEqualTo("role:x");
    assertThat(text(policy, "d")).isEqualTo("(role:x and rule:c) or @");
    assertThat(text(policy, "e")).isEqualTo("role:x or role:y");
  }

  @Test
  void saysEverythingThatIsWrongAndWhere() throws IOException {
    assertThat(
            problems(
                "policy.yaml",
                """
                os_masakari_api:segments:indx: role:admin
                admin_api: "is_admin:True or rule:hepler"
                helper: role:a and
                twice: "@"
                twice: "@"
                number: 5
                nothing:
                map: {a: b}
                unquoted: !
                tagged: !!str role:a
                list: [[role:a role:b], 7]
                context_is_admin: rule:one
                one: not (role:x or rule:two)
                two: is_admin:True
                self: rule:self
                """))
        .containsExactly(
            "1:1: there is no rule 'os_masakari_api:segments:indx'; did you mean"
                + " 'os_masakari_api:segments:index'?",
            "2:30: there is no rule 'hepler'; did you mean 'helper'?",
            "3:19: expected a check, found the end of the rule",
            "5:1: 'twice' stands here a second time",
            "6:9: expected a rule as text; write '@' for everybody",
            "7:9: expected a rule as text; write '@' for everybody",
            "8:6: expected a rule as text; write '@' for everybody",
            "9:11: expected a rule as text, without YAML's tags and aliases; quote \"!\"",
            "10:9: expected a rule as text, without YAML's tags and aliases; quote \"!\"",
            "11:9: expected one check, found 'role:a role:b'",
            "11:25: expected a check, or a list of checks",
            "12:1: rules go round in a circle: context_is_admin > one > two > context_is_admin",
            "15:1: rules go round in a circle: self > self");
  }

  @Test
  void saysWhichNamesDoNotExist() throws IOException {
    assertThat(
            problems(
                "policy.yaml",
                """
                os_masakari_api:segments:indx: role:admin
                admin_api: "is_admin:True or rule:hepler"
                helper: role:a
                list: [[rule:nowhere]]
                """))
        .containsExactly(
            "1:1: there is no rule 'os_masakari_api:segments:indx'; did you mean"
                + " 'os_masakari_api:segments:index'?",
            "2:30: there is no rule 'hepler'; did you mean 'helper'?",
            "4:9: there is no rule 'nowhere'; did you mean 'helper'?");
  }

  @Test
  void refusesRulesThatGoRoundInACircle() throws IOException {
    assertThat(
            problems(
                "policy.yaml",
                """
                context_is_admin: rule:one
                one: not (role:x or rule:two)
                two: is_admin:True
                self: rule:self
                fine: rule:self
                """))
        .containsExactly(
            "1:1: rules go round in a circle: context_is_admin > one > two > context_is_admin",
            "4:1: rules go round in a circle: self > self");
  }

  @Test
  void refusesAChainThatNobodyCanFollow() throws IOException {
    assertThat(read("policy.yaml", chain(RuleCircles.MAX_CHAIN, true)).rules()).isNotEmpty();
    assertThat(read("policy.yaml", chain(RuleCircles.MAX_CHAIN, false)).rules()).isNotEmpty();

    assertThat(problems("policy.yaml", chain(31, true)))
        .containsExactly("31:1: 'r30' is a chain of more than 30 rules");
    assertThat(problems("policy.yaml", chain(31, false)))
        .containsExactly("1:1: 'r30' is a chain of more than 30 rules");
    assertThat(problems("policy.yaml", chain(5000, false))).isNotEmpty();
    assertThat(problems("policy.yaml", chain(5000, true))).isNotEmpty();
  }

  private static String chain(int length, boolean startsWithTheLast) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int rule = startsWithTheLast ? i : length - 1 - i;
      text.append("r%d: %s\n".formatted(rule, rule == 0 ? "\"@\"" : "rule:r" + (rule - 1)));
    }
    return text.toString();
  }

  @Test
  void saysWhereAFileIsNoYamlOrJson() throws IOException {
    assertThat(problems("policy.yaml", "a: role:x\nb: @\n"))
        .containsExactly("2:2: not valid YAML: a rule that begins with @, % or ! must be quoted");
    assertThat(problems("policy.yaml", "a: [role:x\n"))
        .hasSize(1)
        .first()
        .asString()
        .endsWith("not valid YAML");
    assertThat(problems("policy.json", "{\"a\": \n  oops}")).containsExactly("2:3: not valid JSON");
    assertThat(problems("policy.yaml", "- a\n"))
        .containsExactly("1:1: expected rules, one 'name: rule' a line");
    assertThat(problems("policy.yaml", "a: role:x\n---\nb: role:x\n"))
        .containsExactly("3:1: expected nothing after the rules");
  }

  @Test
  void refusesAFileThatIsNotThereOrTooLarge() throws IOException {
    Path missing = directory.resolve("missing.yaml");
    assertThat(refusal(missing).problems())
        .containsExactly(missing + ": no such file, or it cannot be read as UTF-8 text");

    Path large = Files.writeString(directory.resolve("large.yaml"), "#".repeat((1 << 20) + 1));
    assertThat(refusal(large).problems())
        .containsExactly(large + ": larger than a policy file can be, 1048576 bytes");
  }

  private Policy read(String name, String content) throws IOException {
    return Policy.read(Files.writeString(directory.resolve(name), content));
  }

  /** Without the file's own name. */
  private List<String> problems(String name, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    return refusal(file).problems().stream().map(it -> it.replace(file + ":", "")).toList();
  }

  private static PolicyException refusal(Path file) {
    return Objects.requireNonNull(
        catchThrowableOfType(PolicyException.class, () -> Policy.read(file)));
  }

  private static String text(Policy policy, String rule) {
    Map<String, String> texts =
        policy.rules().stream()
            .collect(java.util.stream.Collectors.toMap(Policy.Rule::name, Policy.Rule::text));
    return texts.getOrDefault(rule, "there is no such rule");
  }
}
