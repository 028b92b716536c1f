package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.masakari.Masakari;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as an operator runs it, on an embedded database. */
class ImportCommandTest {
  @TempDir Path directory;

  @Test
  void importsIntoTheDatabaseThatServeUses() throws IOException {
    try (Masakari source = Masakari.empty()) {
      source.addInventory(2, 3);
      source.addHistory(40);
      source.sql("update failure_notification set status = 'running' where id = 7;");
      Path list = directory.resolve("left-out.txt");

      try (TocsinProcess first =
          run(source.url().toString(), "--report", list.toString(), "--page-size", "10")) {
        assertThat(first.awaitEnd()).as(first.out() + first.err()).isZero();
        assertThat(first.out())
            .contains("hosts: 6 added, 0 changed, 0 the same already, 0 deleted, 0 left out\n")
            .contains("notifications: 39 added, ", ", 1 left out\n", "notifications ", "%  ")
            .contains("left out: 1 notifications: not over at the source");
      }
      assertThat(Files.readString(list)).startsWith("notifications\t").contains("STILL_OPEN");

      try (TocsinProcess server =
          TocsinProcess.start(
              directory, Map.of(), "serve", "--listen", "127.0.0.1:0", "--data", "data")) {
        try (ApiClient api = new ApiClient(server.awaitReady())) {
          assertThat(api.read("/v1/notifications?limit=1000").path("notifications")).hasSize(39);
        }
        try (TocsinProcess second = run(source.url().toString())) {
          assertThat(second.awaitEnd()).isEqualTo(1);
          assertThat(second.err().lines().toList().getLast())
              .startsWith("tocsin: The data directory ")
              .contains(" is in use by process ");
        }
      }
    }
  }

  @Test
  void refusesASourceThatIsNotThereInOneLineAndMakesNoDatabase() {
    try (TocsinProcess nowhere = run("http://127.0.0.1:1")) {
      assertThat(nowhere.awaitEnd()).isEqualTo(1);
      assertThat(nowhere.err().lines())
          .singleElement()
          .asString()
          .startsWith("tocsin: http://127.0.0.1:1/v1: ");
      assertThat(directory.resolve("data")).doesNotExist();
    }
    try (TocsinProcess fromWhere =
        TocsinProcess.start(directory, Map.of(), "import", "--data", "data")) {
      assertThat(fromWhere.awaitEnd()).isEqualTo(1);
      assertThat(fromWhere.err()).startsWith("tocsin: where from? --from URL");
    }
  }

  private TocsinProcess run(String from, String... more) {
    String[] all = new String[more.length + 5];
    all[0] = "import";
    all[1] = "--from";
    all[2] = from;
    all[3] = "--data";
    all[4] = "data";
    System.arraycopy(more, 0, all, 5, more.length);
    return TocsinProcess.start(directory, Map.of(), all);
  }
}
