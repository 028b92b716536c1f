package io.tocsin.operator;

import io.tocsin.contract.ContractFile;
import io.tocsin.contract.ContractFile.Part;
import io.tocsin.contract.Dialogue;
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
 * Replays every file under {@code src/test/resources/contract/operator} through a socket, each on a
 * database and a simulated region of its own, and compares whole answers.
 *
 * <p>To record the answers anew, and then to read what changed with {@code git diff}: {@code mvn -o
 * test -pl server -Dtest=OperatorContractTest -Dcontract.record=true}.
 */
class OperatorContractTest {
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");
  private static final Pattern INSTANCE = Pattern.compile("urn:uuid:[0-9a-f-]{36}");

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
      Dialogue dialogue =
          new Dialogue(
              (method, path, body, fields) -> send(server, method, path, body, fields),
              wording(server.uri("").toString()),
              cast(server),
              Files.readString(file));
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Exchange exchange -> dialogue.replay(exchange);
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
    Dialogue.record(file, contract, recorded);
  }

  private static Dialogue.Answer send(
      TestOperators server, String method, String path, @Nullable String body, String... fields) {
    TestOperators.Answer answer = server.send(method, null, path, body, fields);
    return new Dialogue.Answer(answer.status(), answer.headers(), answer.body());
  }

  private static Dialogue.Wording wording(String server) {
    return new Dialogue.Wording(
        text -> {
          String result = text.replace(server, "http://<server>");
          result = INSTANCE.matcher(result).replaceAll("urn:uuid:<uuid>");
          return TIME.matcher(result).replaceAll("<time>");
        },
        Map.of());
  }

  private static Map<String, String> cast(TestOperators server) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("<token of otto>", server.operator(Role.VIEWER));
    names.put("<token of rosa>", server.operator(Role.MEMBER));
    names.put("<token of a stranger>", server.stranger());
    return names;
  }
}
