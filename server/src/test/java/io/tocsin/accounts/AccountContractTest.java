package io.tocsin.accounts;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.contract.ContractFile;
import io.tocsin.contract.ContractFile.Part;
import io.tocsin.contract.Dialogue;
import io.tocsin.http.ProblemJson;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Authenticator.Presented;
import io.tocsin.identity.Identification;
import io.tocsin.identity.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  private static final Pattern TOKEN = Pattern.compile("(?<=\"continue\" : \")[^\"]+");
  private static final Pattern SECRET = Pattern.compile("tocsin_[A-Za-z0-9_-]{43}");
  private static final Pattern TIME =
      Pattern.compile("((?:creation|modification)Timestamp\" : \")[^\"]+");
  private static final Pattern TAG = Pattern.compile("(etag: )\"[0-9a-f]{32}\"");
  private static final Pattern CORRELATION = Pattern.compile("(correlationID\" : \")[^\"]+");

  static final Path DIRECTORY = Path.of("src/test/resources/contract/accounts");

  /** What stands in the files for a token that Keystone would know, if it could be asked. */
  private static final String TOKEN_WHILE_KEYSTONE_IS_AWAY = "keystone-is-away";

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecorded() {
    return ContractFile.in(DIRECTORY).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
  }

  private static void replay(Path file) throws IOException {
    ContractFile contract = ContractFile.read(file);
    List<Part> recorded = new ArrayList<>();
    Setup setup = Setup.OPEN.with(AccountContractTest::identify);
    try (TestAccounts accounts = TestAccounts.start(setup)) {
      AccountClient client = accounts.client();
      Dialogue dialogue =
          new Dialogue(
              (method, path, body, fields) -> send(client, method, path, body, fields),
              wording(accounts.uri("").toString()),
              cast(accounts),
              Files.readString(file));
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Exchange exchange -> dialogue.replay(exchange);
              case Part.Sql _, Part.Control _ ->
                  throw new IllegalStateException("these files are requests and answers only");
            });
      }
    }
    Dialogue.record(file, contract, recorded);
  }

  private static Identification identify(Presented presented) {
    return TOKEN_WHILE_KEYSTONE_IS_AWAY.equals(presented.token())
        ? new Identification.Unavailable()
        : new Identification.Rejected("");
  }

  private static Dialogue.Answer send(
      AccountClient client, String method, String path, @Nullable String body, String... fields) {
    AccountClient.Answer answer = client.send(method, null, path, body, fields);
    return new Dialogue.Answer(answer.status(), answer.headers(), answer.body());
  }

  private static Dialogue.Wording wording(String server) {
    Map<String, Pattern> named = new LinkedHashMap<>();
    named.put("token", TOKEN);
    named.put("secret", SECRET);
    return new Dialogue.Wording(
        text -> {
          String result = text.replace(server, "http://<server>");
          if (result.contains(ProblemJson.MEDIA_TYPE)) {
            result = CORRELATION.matcher(result).replaceAll("$1<uuid>");
          }
          result = TIME.matcher(result).replaceAll("$1<time>");
          return TAG.matcher(result).replaceAll("$1\"<md5>\"");
        },
        named);
  }

  /** One account, who is in it, and an operator who is not. */
  private static Map<String, String> cast(TestAccounts accounts) {
    AccountId account = accounts.account("harbour");
    Map<String, Member> cast = new LinkedHashMap<>();
    cast.put("rosa", accounts.member(account, Role.ADMIN));
    cast.put("otto", accounts.member(account, Role.VIEWER));
    cast.put("robot", accounts.publisher(account));
    cast.put("olga", accounts.member(account, Role.OWNER));
    cast.put("greta", accounts.operator(Role.OWNER));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("<account>", account.toString());
    names.put("<operators>", AccountId.OPERATORS.toString());
    cast.forEach((name, member) -> {
      names.put("<%s>".formatted(name), member.user().toString());
      names.put("<token of %s>".formatted(name), member.token());
    });
    names.put(
        "<watch>", accounts.group(account, "watch", cast.values().iterator().next()).toString());
    return names;
  }
}
