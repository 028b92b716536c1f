package io.tocsin.accounts;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.feed.Contents;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that speaks TLS for a class of tests, and for each of them a new account, of which Rosa
 * is admin. Every answer is looked at by {@link BodyRules}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OverTls {
  /** The id of nothing. */
  static final String UNKNOWN = "7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612";

  /** Nothing is switched on that the original has not. */
  static final Setup AS_THE_ORIGINAL = Setup.OPEN.with(AccountSettings.DEFAULTS);

  private final Setup wanted;

  Setup setup;
  TestAccounts accounts;
  AccountClient client;
  AccountId account;
  Member rosa;

  OverTls(Setup wanted) {
    this.wanted = wanted;
  }

  @BeforeAll
  void startServer(@TempDir Path directory) {
    setup = wanted.withTls(directory);
    accounts = TestAccounts.start(setup);
    client = accounts.client();
  }

  @AfterAll
  void stopServer() {
    accounts.close();
  }

  @BeforeEach
  void makeAnAccount() {
    account = accounts.account("harbour");
    rosa = accounts.member(account, Role.ADMIN);
  }

  /** Three in the order of their times, which is not that of their places. */
  void publishThree() {
    accounts.publish(
        account,
        Contents.of("second").correctiveAction("Free some space."),
        Contents.of("third").at(Contents.EVENT_TIME.plusSeconds(9)).severity(Severity.CRITICAL),
        Contents.of("first").at(Contents.EVENT_TIME.minusSeconds(9)).visibleTo("owner", "viewer"));
  }

  Answer send(String method, Member as, String path, String... headers) {
    Answer answer = client.send(method, as.token(), path, null, headers);
    BodyRules.check(path, answer);
    return answer;
  }

  Answer send(String method, String path, String... headers) {
    return send(method, rosa, path, headers);
  }

  Answer get(String rest, String... headers) {
    return send("GET", rosa.core(rest), headers);
  }

  static List<Long> sequences(Answer answer) {
    return answer.each("sequenceCount").stream().map(Long::valueOf).toList();
  }
}
