package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "rack 7", "Größe", "棚-7", "a\u00a0b", "'\"\\", "\u0301a"})
  void namesArePrintable(String text) {
    assertThat(TextForm.NAME.fits(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " a",
        "a ",
        "\u00a0a",
        "a\u3000",
        "a\n",
        "a\nb",
        "a\tb",
        "a\u0000",
        "a\u200bb",
        "\u2028",
        "\ue000",
        "\ufffe",
        "\uffff",
        "😀",
        "\ud83d"
      })
  void namesAreNothingElse(String text) {
    assertThat(TextForm.NAME.fits(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a ", "a\nb\n", "Größe"})
  void textsMayHaveLines(String text) {
    assertThat(TextForm.PRINTABLE.fits(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb", "\t", "\u0000", "😀"})
  void textsHaveNoControlCharacters(String text) {
    assertThat(TextForm.PRINTABLE.fits(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n", "a b", "ä", "_"})
  void typesAreLettersAndDigits(String text) {
    assertThat(TextForm.ALPHANUMERIC.fits(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22",
        "E3C8F5D2-6A0C-4F4C-9F0E-1D1B7A4F0B22",
        "e3c8f5d26a0c4f4c9f0e1d1b7a4f0b22"
      })
  void uuidsComeWithDashesOrWithout(String text) {
    assertThat(TextForm.UUID.fits(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e3c8f5d2",
        "e3c8f5d26a0c-4f4c9f0e1d1b7a4f0b22",
        "g3c8f5d26a0c4f4c9f0e1d1b7a4f0b22"
      })
  void otherThingsAreNoUuid(String text) {
    assertThat(TextForm.UUID.fits(text)).isFalse();
  }
}
