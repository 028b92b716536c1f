package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tocsin.http.LoggedLines;
import io.tocsin.store.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorTokenFileTest {
  private static final Secret TOKEN = new Secret("tocsin_first");

  @TempDir private Path directory;

  @Test
  void keepsTheTokenForTheServersUserAlone() throws IOException {
    Path data = directory.resolve("not/there/yet");
    OperatorTokenFile file = new OperatorTokenFile(data);
    assertThat(file.read()).isNull();

    file.write(TOKEN);

    assertThat(file.read()).isEqualTo(TOKEN);
    Path written = data.resolve("operator-token");
    assertThat(Files.readString(written)).isEqualTo("tocsin_first\n");
    assertThat(Files.getPosixFilePermissions(written))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(names(data)).containsExactly("operator-token");
  }

  @Test
  void replacesAFileThatOthersCouldRead() throws IOException {
    Path written = Files.writeString(directory.resolve("operator-token"), "another");
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-rw-rw-"));
    OperatorTokenFile file = new OperatorTokenFile(directory);
    assertThat(file.read()).isEqualTo(new Secret("another"));

    file.write(TOKEN);

    assertThat(file.read()).isEqualTo(TOKEN);
    assertThat(Files.getPosixFilePermissions(written))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(names(directory)).containsExactly("operator-token");
  }

  @Test
  void warnsOfAFileThatCannotBeReadOrWritten() throws IOException {
    Path blocked = Files.writeString(directory.resolve("a-file"), "");
    Files.createDirectories(directory.resolve("operator-token/in-the-way"));
    try (LoggedLines lines = LoggedLines.of("io.tocsin.app")) {
      new OperatorTokenFile(blocked).write(TOKEN);
      OperatorTokenFile directoryInstead = new OperatorTokenFile(directory);
      assertThat(directoryInstead.read()).isNull();
      directoryInstead.write(TOKEN);

      assertThat(lines.atLevel(Level.WARN)).hasSize(3);
      assertThat(lines.atLevel(Level.WARN))
          .allSatisfy(it ->
              assertThat(it.getFormattedMessage() + it.getKeyValuePairs())
                  .doesNotContain(TOKEN.value()));
    }
    assertThat(names(directory)).containsExactlyInAnyOrder("a-file", "operator-token");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(it -> it.getFileName().toString()).toList();
    }
  }
}
