package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.instanceha.ContractFile.Part;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays every file under {@code src/test/resources/contract/instanceha} through a socket, each on
 * a database of its own, and compares whole answers. Every answer of 400 and above must also have
 * left every table as it was.
 *
 * <p>To record the answers anew, and then to read what changed with {@code git diff}: {@code mvn -o
 * test -pl server -Dtest=ContractTest -Dcontract.record=true}.
 */
class ContractTest {
  private static final boolean RECORDS = Boolean.getBoolean("contract.record");
  private static final List<String> TABLES =
      List.of(
          "segment",
          "host",
          "failure_notification",
          "recovery",
          "recovery_step",
          "recovery_step_message",
          "vmove");

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecorded() {
    return ContractFile.all().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
  }

  private static void replay(Path file) throws Exception {
    ContractFile contract = ContractFile.read(file);
    List<Part> recorded = new ArrayList<>();
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Conversation conversation = new Conversation(api, http);
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Sql sql -> run(sql, database.database());
              case Part.Exchange exchange -> replay(exchange, conversation, database.database());
            });
      }
    }
    if (RECORDS) {
      new ContractFile(contract.preamble(), recorded).write(file);
    }
  }

  private static Part run(Part.Sql sql, Database database) {
    return database.inTransaction(handle -> {
      handle.createScript(sql.statements()).execute();
      return sql;
    });
  }

  private static Part replay(Part.Exchange exchange, Conversation conversation, Database database)
      throws IOException, InterruptedException {
    String before = fingerprint(database);
    String answer = conversation.answer(exchange.request());
    int status = Integer.parseInt(answer.split("\\s", 3)[1]);
    if (status >= 400) {
      assertThat(fingerprint(database))
          .as("what is stored after '%s'", exchange.title())
          .isEqualTo(before);
    }
    if (!RECORDS) {
      assertThat(answer).as(exchange.title()).isEqualTo(exchange.answer());
    }
    return new Part.Exchange(exchange.title(), exchange.comment(), exchange.request(), answer);
  }

  private static String fingerprint(Database database) {
    StringBuilder all = new StringBuilder();
    for (String table : TABLES) {
      String rows =
          "select coalesce(string_agg(t::text, '|' order by id), '') from %s t".formatted(table);
      all.append(
          database.<String>read(handle -> handle.createQuery(rows).mapTo(String.class).one()));
      all.append('\n');
    }
    return all.toString();
  }
}
