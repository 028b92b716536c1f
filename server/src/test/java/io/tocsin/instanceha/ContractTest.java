package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.contract.ContractFile;
import io.tocsin.contract.ContractFile.Part;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays every file under {@code src/test/resources/contract/instanceha} through a socket, each on
 * a database of its own, and compares whole answers: with nobody asked for a token, and again with
 * the token of an administrator in each request and a Keystone that is asked about it. The files
 * under {@code keystone} are about tokens. Every answer of 400 and above must also have left every
 * table as it was.
 *
 * <p>To record the answers anew, and then to read what changed with {@code git diff}: {@code mvn -o
 * test -pl server -Dtest=ContractTest -Dcontract.record=true}.
 */
class ContractTest {
  /** What holds whoever is asked for a token. */
  static final Path FILES = Path.of("src/test/resources/contract/instanceha");

  /** What is about tokens. */
  static final Path FILES_OF_KEYSTONE = FILES.resolve("keystone");

  private static final boolean RECORDS = Boolean.getBoolean("contract.record");

  /** What the files call the caller's project in URLs, where nobody is asked for one. */
  private static final List<String> PROJECTS =
      List.of("0123456789abcdef0123456789abcdef", "0123abcdef-42", "-0-", "%30abc");

  /** Who is asked for a token. */
  private enum Mode {
    NOBODY,
    /** And everybody has one. */
    EVERYBODY,
    /** And has what the file says. */
    AS_THE_FILE_SAYS
  }

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecorded() {
    return tests(ContractFile.in(FILES), Mode.NOBODY);
  }

  @TestFactory
  Stream<DynamicTest> theApiAnswersAnAdministratorWithATokenTheSame() {
    return RECORDS ? Stream.empty() : tests(ContractFile.in(FILES), Mode.EVERYBODY);
  }

  @TestFactory
  Stream<DynamicTest> theApiAnswersAsRecordedWhereTokensAreAskedFor() {
    return tests(ContractFile.in(FILES_OF_KEYSTONE), Mode.AS_THE_FILE_SAYS);
  }

  private static Stream<DynamicTest> tests(List<Path> files, Mode mode) {
    return files.stream()
        .map(file ->
            DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file, mode)));
  }

  private static void replay(Path file, Mode mode) throws Exception {
    ContractFile contract = ContractFile.read(file);
    List<Part> recorded = new ArrayList<>();
    try (TestDatabase database = TestDatabase.create();
        TestKeystone keystone = TestKeystone.start();
        TestApi api = start(database, keystone, mode);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Conversation conversation =
          switch (mode) {
            case NOBODY -> new Conversation(api, http, Map.of(), null);
            case EVERYBODY ->
                new Conversation(
                    api, http, ownProject(keystone), keystone.tokenOf("admin", "admin"));
            case AS_THE_FILE_SAYS -> new Conversation(api, http, keystone.names(), null);
          };
      for (Part part : contract.parts()) {
        recorded.add(
            switch (part) {
              case Part.Sql sql -> run(sql, database.database());
              case Part.Control control -> {
                keystone.control(control.call());
                yield control;
              }
              case Part.Exchange exchange -> replay(exchange, conversation, database.database());
            });
      }
    }
    if (RECORDS) {
      new ContractFile(contract.preamble(), recorded).write(file);
    }
  }

  private static Map<String, String> ownProject(TestKeystone keystone) {
    Map<String, String> own = new LinkedHashMap<>();
    String id = keystone.projectId("admin");
    PROJECTS.forEach(project -> own.put("/v1/" + project + "/", "/v1/" + id + "/"));
    return own;
  }

  private static TestApi start(TestDatabase database, TestKeystone keystone, Mode mode) {
    return mode == Mode.NOBODY
        ? TestApi.start(database)
        : TestApi.start(database.database(), InstanceHaSettings.DEFAULTS, keystone.access());
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
    for (String table : TestApi.TABLES) {
      String rows =
          "select coalesce(string_agg(t::text, '|' order by id), '') from %s t".formatted(table);
      all.append(
          database.<String>read(handle -> handle.createQuery(rows).mapTo(String.class).one()));
      all.append('\n');
    }
    return all.toString();
  }
}
