package io.tocsin.masakari;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.masakari.MasakariOption.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MasakariOptionTest {
  @Test
  void everyOptionThatMasakariItselfDefinesIsKnownByName() throws IOException {
    try (InputStream file = getClass().getResourceAsStream("/masakari/own-options.txt")) {
      assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines())
          .hasSizeGreaterThan(70)
          .allMatch(MasakariOption.all()::containsKey);
    }
  }

  @Test
  void whateverDoesNotBecomeASettingSaysWhy() {
    assertThat(MasakariOption.all().values())
        .allMatch(option ->
            (option.kind() == Kind.NONE || option.kind() == Kind.LATER)
                ? !option.remark().isEmpty() && option.setting().isEmpty()
                : !option.setting().isEmpty());
  }
}
