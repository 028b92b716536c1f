package io.tocsin.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Which recoveries are meant: the whole region's unless something narrower is named. */
final class ScopeFlags {
  @ArgGroup private @Nullable Narrower narrower;

  private static final class Narrower {
    @Option(names = "--segment", paramLabel = "SEGMENT", description = "A segment's id or name.")
    private @Nullable String segment;

    @Option(names = "--host", paramLabel = "HOST", description = "A host's id or name.")
    private @Nullable String host;
  }

  boolean isRegion() {
    return narrower == null;
  }

  /** Puts what is meant into a body. */
  ObjectNode addTo(ObjectNode body) {
    if (narrower != null && narrower.segment != null) {
      return body.put("scope", "segment").put("target", narrower.segment);
    }
    if (narrower != null && narrower.host != null) {
      return body.put("scope", "host").put("target", narrower.host);
    }
    return body.put("scope", "region");
  }
}
