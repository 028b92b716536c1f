package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyParserTest {
  private static final long SEED = Long.getLong("policy.seed", 20261121);
  private static final int CASES = 20_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          @                                 | @
          !                                 | !
          role:admin                        | role:admin
          role:a or role:b and role:c       | role:a or (role:b and role:c)
          role:a and role:b or role:c       | (role:a and role:b) or role:c
          (role:a or role:b) and role:c     | (role:a or role:b) and role:c
          role:a or role:b or role:c        | role:a or role:b or role:c
          not role:a and role:b             | not role:a and role:b
          not (role:a and role:b)           | not (role:a and role:b)
          not not role:a                    | not not role:a
          NOT role:a AND role:b Or role:c   | (not role:a and role:b) or role:c
          ((role:a))                        | role:a
          ( role:a )                        | role:a
          rule:os_masakari_api:hosts:index  | rule:os_masakari_api:hosts:index
          is_admin:TRUE                     | is_admin:True
          is_admin:false                    | is_admin:False
          (project_id:%(project_id)s)       | project_id:%(project_id)s
          'gold':%(level)s                  | 'gold':%(level)s
          "it's":%(level)s                  | "it's":%(level)s
          True:%(enabled)s                  | True:%(enabled)s
          role:%(kind)s-%(x)s-100%%         | role:%(kind)s-%(x)s-100%%
          system_scope:all                  | system_scope:all
          domain_id:%(a)s:b                 | domain_id:%(a)s:b
          """)
  void readsWhatOsloPolicyReads(String text, String meaning) {
    assertThat(PolicyParser.parse(text).check().text()).isEqualTo(meaning);
  }

  @Test
  void anEmptyRuleAllowsEverything() {
    assertThat(PolicyParser.parse("").check()).isEqualTo(new Check.Always());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `  `                 | 2  | expected a check, found the end of the rule
          admin                | 0  | 'admin' is no check; expected kind:value, @ or !
          role:a role:b        | 7  | expected 'and' or 'or', found 'role:b'
          role:a or            | 9  | expected a check, found the end of the rule
          role:a or and role:b | 10 | expected a check, found 'and'
          (role:a              | 0  | '(' is not closed
          role:a) or role:b    | 6  | ')' without '('
          ()                   | 1  | expected a check, found ')'
          not                  | 3  | expected a check, found the end of the rule
          not(role:a)          | 0  | 'not(role' cannot stand before a colon; is a blank missing?
          role:%(a)d           | 5  | expected %(name)s, or %% for a percent sign, at '%(a)d'
          role:50%             | 7  | expected %(name)s, or %% for a percent sign, at '50%'
          role:%()s            | 5  | expected %(name)s, or %% for a percent sign, at '%()s'
          is_admin:yes         | 9  | expected True or False
          http://ask/me        | 0  | http: checks, which ask another server, are not supported
          projct_id:1          | 0  | a caller has no 'projct_id'; did you mean 'project_id'?
          Role:admin           | 0  | a caller has no 'Role'; did you mean 'role'?
          'a                   | 0  | ''a' is no check; expected kind:value, @ or !
          :x                   | 0  | '' cannot stand before a colon; is a blank missing?
          """)
  void refusesTheRestAndSaysWhere(String text, int offset, String problem) {
    PolicySyntaxException refusal =
        catchThrowableOfType(PolicySyntaxException.class, () -> PolicyParser.parse(text));

    assertThat(refusal).as(text).isNotNull();
    assertThat(refusal.problem()).isEqualTo(problem);
    assertThat(refusal.offset()).isEqualTo(offset);
  }

  @Test
  void nestsToALimit() {
    String deepest = "(".repeat(PolicyParser.MAX_DEPTH - 1) + "@" + ")".repeat(49);
    assertThat(PolicyParser.parse(deepest).check()).isEqualTo(new Check.Always());

    PolicySyntaxException refusal =
        catchThrowableOfType(
            PolicySyntaxException.class, () -> PolicyParser.parse("(" + deepest + ")"));
    assertThat(refusal.problem()).isEqualTo("nested deeper than 50");
    assertThat(
            catchThrowableOfType(
                PolicySyntaxException.class, () -> PolicyParser.parse("not ".repeat(2000) + "@")))
        .hasMessage("nested deeper than 50");
  }

  @Test
  void isLongToALimit() {
    String atLimit = "role:" + "x".repeat(PolicyParser.MAX_LENGTH - 5);
    assertThat(PolicyParser.parse(atLimit).check()).isInstanceOf(Check.Role.class);

    assertThat(
            catchThrowableOfType(
                PolicySyntaxException.class, () -> PolicyParser.parse(atLimit + "x")))
        .hasMessage("longer than 10000 characters");
  }

  @Test
  void readsBackWhatItWrites() {
    Random random = new Random(SEED);
    for (int i = 0; i < CASES; i++) {
      Check check = randomCheck(random, 5);

      assertThat(PolicyParser.parse(check.text()).check())
          .as("seed %d, case %d: %s", SEED, i, check.text())
          .isEqualTo(check);
    }
  }

  @Test
  void refusesGarbageInNoOtherWay() {
    Random random = new Random(SEED);
    List<String> pieces =
        List.of(
            "role:a",
            "rule:b",
            "and",
            "or",
            "not",
            "(",
            ")",
            " ",
            "  ",
            "%(x)s",
            "%",
            ":",
            "'",
            "\"",
            "@",
            "!",
            "True:",
            "'k':",
            "is_admin:",
            "True",
            "\t",
            "é",
            "\u0000",
            "project_id:",
            "http:",
            "None");
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(12);
      for (int j = 0; j < length; j++) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      try {
        Check check = PolicyParser.parse(text.toString()).check();
        assertThat(PolicyParser.parse(check.text()).check())
            .as("seed %d, case %d: %s", SEED, i, text)
            .isEqualTo(check);
        read++;
      } catch (PolicySyntaxException e) {
        assertThat(e.offset()).isBetween(0, text.length());
        assertThat(e.problem()).isNotBlank();
      }
    }
    assertThat(read).isGreaterThan(CASES / 20);
  }

  private static Check randomCheck(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 10)) {
      case 0 -> new Check.Always();
      case 1 -> new Check.Never();
      case 2 -> new Check.Role(randomTemplate(random));
      case 3 -> new Check.Named("rule-" + random.nextInt(9) + ":x");
      case 4 -> new Check.IsAdmin(random.nextBoolean());
      case 5 ->
          new Check.Attribute(
              Caller.ATTRIBUTES.get(random.nextInt(Caller.ATTRIBUTES.size())),
              randomTemplate(random));
      case 6 ->
          random.nextBoolean()
              ? new Check.Literal(
                  "v", random.nextBoolean() ? "'v'" : "\"v\"", randomTemplate(random))
              : new Check.Literal("True", "True", randomTemplate(random));
      case 7 -> new Check.Not(randomCheck(random, depth - 1));
      case 8 -> new Check.All(randomChecks(random, depth - 1));
      default -> new Check.Any(randomChecks(random, depth - 1));
    };
  }

  private static List<Check> randomChecks(Random random, int depth) {
    List<Check> checks = new ArrayList<>();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      checks.add(randomCheck(random, depth));
    }
    return checks;
  }

  private static Template randomTemplate(Random random) {
    List<Template.Piece> pieces = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    boolean mayBeText = true;
    for (int i = 0; i < count; i++) {
      if (mayBeText && random.nextBoolean()) {
        pieces.add(
            new Template.Piece.Text(List.of("a", "%", "50%x", "é:", "(b").get(random.nextInt(5))));
        mayBeText = false;
      } else {
        pieces.add(new Template.Piece.Place(List.of("x", "project_id").get(random.nextInt(2))));
        mayBeText = true;
      }
    }
    return new Template(pieces);
  }
}
