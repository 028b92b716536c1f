package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.contract.ContractFile;
import io.tocsin.contract.ContractFile.Part;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays every file under {@code src/test/resources/contract/accounts} through a socket, each on a
 * database of its own, and compares whole answers.
 *
 * <p>To record the answers anew, and then to read what changed with {@code git diff}: {@code mvn -o
 * test -pl server -Dtest=AccountContractTest -Dcontract.record=true}.
 */
class AccountContractTest {
  private static final boolean RECORDS = Boolean.getBoolean("contract.record");
  private static final Path DIRECTORY = Path.of("src/test/resources/contract/accounts");

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecorded() {
    return ContractFile.in(DIRECTORY).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
  }

  private static void replay(Path file) throws IOException {
    ContractFile contract = ContractFile.read(file);
    List<Part> recorded = new ArrayList<>();
    try (TestAccounts accounts = TestAccounts.start()) {
      AccountConversation conversation =
          new AccountConversation(
              accounts.client(),
              accounts.uri("").toString(),
              cast(accounts),
              Files.readString(file));
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Exchange exchange -> replay(exchange, conversation);
              case Part.Sql _, Part.Control _ ->
                  throw new IllegalStateException("these files are requests and answers only");
            });
      }
    }
    if (RECORDS) {
      new ContractFile(contract.preamble(), recorded).write(file);
    }
  }

  private static Part replay(Part.Exchange exchange, AccountConversation conversation) {
    String answer = conversation.answer(exchange.request());
    if (!RECORDS) {
      assertThat(answer).as(exchange.title()).isEqualTo(exchange.answer());
    }
    return new Part.Exchange(exchange.title(), exchange.comment(), exchange.request(), answer);
  }

  /** One account, and who is in it: the first may do most, the second little, the third publish. */
  private static Map<String, String> cast(TestAccounts accounts) {
    AccountId account = accounts.account("harbour");
    Map<String, Member> cast = new LinkedHashMap<>();
    cast.put("rosa", accounts.member(account, Role.ADMIN));
    cast.put("otto", accounts.member(account, Role.VIEWER));
    cast.put("robot", accounts.publisher(account));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("<account>", account.toString());
    cast.forEach((name, member) -> {
      names.put("<%s>".formatted(name), member.user().toString());
      names.put("<token of %s>".formatted(name), member.token());
    });
    names.put(
        "<watch>", accounts.group(account, "watch", cast.values().iterator().next()).toString());
    return names;
  }
}
