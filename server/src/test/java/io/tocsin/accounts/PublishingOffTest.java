package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.feed.Contents;
import io.tocsin.identity.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishingOffTest {
  @Test
  void nothingCanBePublishedAndListsAreCutWhereTheOperatorSaysSo(@TempDir Path directory) {
    Setup setup =
        Setup.OPEN.with(new AccountSettings(false, 2L)).withTls(directory);
    try (TestAccounts accounts = TestAccounts.start(setup)) {
      Member rosa = accounts.member(accounts.account("harbour"), Role.OWNER);
      AccountClient client = accounts.client();

      Answer refused = client.post(rosa, rosa.core("events"), "{}");
      assertThat(refused.status()).isEqualTo(405);
      assertThat(refused.problem()).isEqualTo(69);
      assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");

      accounts.publish(
          rosa.account(), Contents.of("one"), Contents.of("two"), Contents.of("three"));
      Answer page = client.get(rosa, rosa.core("events?limit=100"));
      assertThat(page.each("summary")).containsExactly("one", "two");
      String more = page.json().path("metadata").path("continue").stringValue();
      assertThat(client.get(rosa, rosa.core("events?continue=" + more)).each("summary"))
          .containsExactly("three");
    }
  }
}
