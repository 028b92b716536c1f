package io.tocsin.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** openstacksdk, where a Python has it. */
final class Sdk {
  private static final String SCRIPT = "listing.py";
  private static final long MOST_MINUTES = 60;

  private Sdk() {}

  /**
   * The system's own Python goes first: it is the one for which a distribution packages the SDK.
   */
  static Optional<Path> python() throws IOException, InterruptedException {
    List<Path> candidates =
        Stream.concat(
                Stream.of(Path.of("/usr/bin/python3")),
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                    .map(directory -> Path.of(directory, "python3")))
            .filter(Files::isExecutable)
            .toList();
    for (Path candidate : candidates) {
      Process check =
          new ProcessBuilder(candidate.toString(), "-c", "import openstack")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (check.waitFor(1, TimeUnit.MINUTES) && check.exitValue() == 0) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Lists everything there is. */
  static ListingBench.Walk walk(Path python, URI api, int page)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("tocsin-listing", ".py");
    try {
      try (InputStream source = Sdk.class.getResourceAsStream(SCRIPT)) {
        if (source == null) {
          throw new IllegalStateException(SCRIPT + " is part of this program");
        }
        Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
      }
      Process process =
          new ProcessBuilder(
                  python.toString(), script.toString(), api.toString(), Integer.toString(page))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] out = process.getInputStream().readAllBytes();
      if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("openstacksdk could not list everything");
      }
      JsonNode said = JsonMapper.shared().readTree(out);
      return new ListingBench.Walk(
          said.path("rows").asInt(),
          said.path("different").asInt(),
          said.path("page_seconds").valueStream().map(JsonNode::asDouble).toList());
    } finally {
      Files.delete(script);
    }
  }
}
