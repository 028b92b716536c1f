package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  private static final UUID DNS = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "919108f7-52d1-4320-9bac-f847db4148a8",
        "919108f7-52d1-4320-8bac-f847db4148a8",
        "919108f7-52d1-4320-abac-f847db4148a8",
        "919108f7-52d1-4320-bbac-f847db4148a8",
        "2ed6657d-e927-568b-95e1-2665a8aea6a2",
        "2ed6657d-e927-568b-05e1-2665a8aea6a2",
        "2ed6657d-e927-568b-f5e1-2665a8aea6a2",
        "00000000-0000-0000-0000-000000000000"
      })
  void readsTheThreeForms(String text) {
    assertThat(Identifiers.parse(text)).hasValue(UUID.fromString(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "919108F7-52d1-4320-9bac-f847db4148a8",
        "919108f7-52d1-4320-9BAC-f847db4148a8",
        "919108f7-52d1-4320-7bac-f847db4148a8",
        "919108f7-52d1-4320-cbac-f847db4148a8",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "5df41881-3aed-3515-88a7-2f4a814cf09e",
        "1ec9414c-232a-6b00-b3c8-9f6bdeced846",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000001",
        "919108f752d143209bacf847db4148a8",
        "919108f7-52d1-4320-9bac-f847db4148a",
        "919108f7-52d1-4320-9bac-f847db4148a80",
        "919108f7-52d1-4320-9bac-f847db4148a\n",
        "919108f7-52d1-4320-9bac_f847db4148a8",
        "{19108f7-52d1-4320-9bac-f847db4148a}"
      })
  void readsNothingElse(String text) {
    assertThat(Identifiers.parse(text)).isEmpty();
  }

  @Test
  void namesAsTheStandardDoes() {
    // RFC 9562, appendix A.4.
    assertThat(Identifiers.named(DNS, "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }

  @Test
  void randomOnesCanBeReadBack() {
    long seed = 20_261_129;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 1000; i++) {
      UUID made = Identifiers.random(random);
      assertThat(made.version()).isEqualTo(4);
      assertThat(Identifiers.parse(made.toString())).as("seed %d", seed).hasValue(made);
    }
  }

  @Test
  void keepsWhatKeystoneHasWhereItIsAnIdentifier() {
    String dashed = "919108f7-52d1-4320-9bac-f847db4148a8";
    assertThat(AccountId.ofProject("919108f752d143209bacf847db4148a8")).hasToString(dashed);
    assertThat(AccountId.ofProject(dashed)).hasToString(dashed);
    assertThat(UserId.ofKeystone("919108f752d143209bacf847db4148a8")).hasToString(dashed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aa",
        "default",
        "",
        "919108F752D143209BACF847DB4148A8",
        "919108f752d1c3209bacf847db4148a8",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
      })
  void makesOneOfAnythingElseTheSameEachTimeAndNotTheSameForUsersAndProjects(String id) {
    UUID account = AccountId.ofProject(id).value();
    UUID user = UserId.ofKeystone(id).value();

    assertThat(account.version()).isEqualTo(5);
    assertThat(Identifiers.parse(account.toString())).hasValue(account);
    assertThat(AccountId.ofProject(id).value()).isEqualTo(account);
    assertThat(user.version()).isEqualTo(5);
    assertThat(user).isNotEqualTo(account);
  }
}
