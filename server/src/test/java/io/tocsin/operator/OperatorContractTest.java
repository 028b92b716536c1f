package io.tocsin.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.ContractFile;
import io.tocsin.contract.ContractFile.Part;
import io.tocsin.identity.Identification;
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
 * Replays every file under {@code src/test/resources/contract/operator} through a socket, each on a
 * database and a simulated region of its own, and compares whole answers.
 *
 * <p>To record the answers anew, and then to read what changed with {@code git diff}: {@code mvn -o
 * test -pl server -Dtest=OperatorContractTest -Dcontract.record=true}.
 */
class OperatorContractTest {
  private static final boolean RECORDS = Boolean.getBoolean("contract.record");
  static final Path DIRECTORY = Path.of("src/test/resources/contract/operator");

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecorded() {
    return ContractFile.in(DIRECTORY).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
  }

  private static void replay(Path file) throws IOException {
    ContractFile contract = ContractFile.read(file);
    List<Part> recorded = new ArrayList<>();
    try (TestOperators server =
        new TestOperators(presented ->
            "keystone-is-away".equals(presented.token())
                ? new Identification.Unavailable()
                : new Identification.Rejected(""))) {
      OperatorConversation conversation =
          new OperatorConversation(server, cast(server), Files.readString(file));
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Exchange exchange -> replay(exchange, conversation);
              case Part.Sql sql -> {
                server.execute(sql.statements());
                yield sql;
              }
              case Part.Control control -> {
                String[] call = control.call().split("\n\n", 2);
                String[] methodAndPath = call[0].strip().split(" ", 2);
                server.rehearsal.control(
                    methodAndPath[0], methodAndPath[1], call.length == 1 ? "" : call[1]);
                yield control;
              }
            });
      }
    }
    if (RECORDS) {
      new ContractFile(contract.preamble(), recorded).write(file);
    }
  }

  private static Part replay(Part.Exchange exchange, OperatorConversation conversation) {
    String answer = conversation.answer(exchange.request());
    if (!RECORDS) {
      assertThat(answer).as(exchange.title()).isEqualTo(exchange.answer());
    }
    return new Part.Exchange(exchange.title(), exchange.comment(), exchange.request(), answer);
  }

  private static Map<String, String> cast(TestOperators server) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("<token of otto>", server.operator(Role.VIEWER));
    names.put("<token of rosa>", server.operator(Role.MEMBER));
    names.put("<token of a stranger>", server.stranger());
    return names;
  }
}
