package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.feed.EventField;
import io.tocsin.feed.Order;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContinueTokensTest {
  private static final ContinueTokens TOKENS = new ContinueTokens(new byte[] {1, 2, 3});
  private static final UUID ONE = UUID.fromString("5b1f4a52-7d3e-4c86-9f0a-2e6d8c7b1a90");
  private static final UUID OTHER = UUID.fromString("11111111-7d3e-4c86-9f0a-2e6d8c7b1a90");

  private static final List<Position> PLACES =
      List.of(
          new Position(null, 1),
          new Position("", 2),
          new Position("ü\ud83d\udea8".repeat(128), Long.MAX_VALUE),
          new Position("\ud83d\udea8".repeat(Order.COMPARED), 5120));

  @Test
  void aPlaceComesBackFromItsToken() {
    for (Position place : PLACES) {
      String token = TOKENS.write(place, "bond");

      assertThat(TOKENS.read(token, "bond")).isEqualTo(place);
      assertThat(new ContinueTokens(new byte[] {1, 2, 3}).read(token, "bond")).isEqualTo(place);
      assertThat(token).matches("([A-Za-z0-9]{4})*(([A-Za-z0-9]{2})==|([A-Za-z0-9]{3})=)?");
      assertThat(token.length()).isLessThanOrEqualTo(ContinueTokens.MAX_LENGTH);
      assertThat(TOKENS.read(token.replace("=", ""), "bond")).isEqualTo(place);
    }
  }

  @Test
  void aTokenIsGoodForItsListAndServerOnly() {
    String token = TOKENS.write(PLACES.getFirst(), "bond");

    assertThat(TOKENS.read(token, "bonds")).isNull();
    assertThat(new ContinueTokens(new byte[] {1, 2, 4}).read(token, "bond")).isNull();
  }

  @Test
  void noCharacterOfATokenCanBeChanged() {
    String token = TOKENS.write(new Position("key", 17), "bond");
    for (int i = 0; i < token.length(); i++) {
      for (char c : "AMZaz09=-_+/ é".toCharArray()) {
        String altered = token.substring(0, i) + c + token.substring(i + 1);
        if (!altered.replace("=", "").equals(token.replace("=", ""))) {
          assertThat(TOKENS.read(altered, "bond")).as(altered).isNull();
        }
      }
      if (token.charAt(i) != '=') {
        assertThat(TOKENS.read(token.substring(0, i), "bond")).as("the first %d", i).isNull();
      }
    }
    assertThat(TOKENS.read(token + token, "bond")).isNull();
    assertThat(TOKENS.read("M".repeat(100_000), "bond")).isNull();
    assertThat(TOKENS.read("eyJjb2xsZWN0aW9uSW5kZXgiOjZ9", "bond")).isNull();
  }

  @Test
  void listsThatDifferInAnythingHaveOtherBonds() {
    Filter filter = FilterParser.parse(Noun.EVENT, List.of("severity eq 'warning'"));
    Filter fixed = FilterParser.parse(Noun.EVENT, List.of("version eq '1.4'"));
    List<String> bonds =
        List.of(
            bond(Noun.EVENT, ONE, ONE, Filter.NONE, Order.DEFAULT),
            bond(Noun.EVENT, OTHER, ONE, Filter.NONE, Order.DEFAULT),
            bond(Noun.EVENT, ONE, ONE, filter, Order.DEFAULT),
            bond(Noun.EVENT, ONE, ONE, fixed, Order.DEFAULT),
            bond(Noun.EVENT, ONE, ONE, Filter.NONE, new Order(EventField.SEQUENCE, true)),
            bond(Noun.EVENT, ONE, ONE, Filter.NONE, new Order(EventField.NAME, false)),
            bond(Noun.NOTIFICATION, ONE, ONE, Filter.NONE, Order.DEFAULT),
            bond(Noun.UNREAD_NOTIFICATION, ONE, ONE, Filter.NONE, Order.DEFAULT),
            bond(Noun.UNREAD_NOTIFICATION, ONE, OTHER, Filter.NONE, Order.DEFAULT));

    assertThat(bonds).doesNotHaveDuplicates();
    assertThat(bond(Noun.EVENT, ONE, OTHER, Filter.NONE, Order.DEFAULT))
        .isEqualTo(bonds.getFirst());
  }

  private static String bond(Noun noun, UUID account, UUID user, Filter filter, Order order) {
    Reader reader =
        new Reader(
            new AccountId(account), new UserId(user), Role.OWNER, ResourceScope.EVERYTHING);
    return ContinueTokens.bond(noun, reader, filter, order);
  }
}
