package io.tocsin.contract;

import io.tocsin.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;

/**
 * A recorded conversation. {@code ### title} begins a part; a part holds comments, then either SQL
 * (its title starts with {@code sql:}), or a control call of the simulated cloud ({@code
 * simulator:}), or a request and the answer that must come, both as they stand on the wire, with
 * names for what differs from run to run: {@code <segment-1>}, {@code <time>}.
 */
public record ContractFile(String preamble, List<Part> parts) {
  private static final String PART = "### ";
  private static final String ANSWER = "HTTP/1.1 ";

  private static final ObjectWriter PRETTY =
      Json.mapper()
          .writer()
          .with(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  /** A part of a conversation. */
  public sealed interface Part {
    record Sql(String title, String statements) implements Part {}

    /** A call like {@code POST /simulator/faults}, a blank line, and its body if it has one. */
    record Control(String title, String call) implements Part {}

    /** A request and its answer, which is empty in a file that was not recorded yet. */
    record Exchange(String title, String comment, String request, String answer) implements Part {}
  }

  public ContractFile {
    parts = List.copyOf(parts);
  }

  /** JSON as it stands in such files, the same on every system. */
  public static String pretty(JsonNode body) {
    return PRETTY.writeValueAsString(body);
  }

  /** Those that stand in a directory, in the order of their names. */
  public static List<Path> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".http")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The conversation in a file. */
  public static ContractFile read(Path file) {
    try {
      String[] pieces = ("\n" + Files.readString(file)).split("\n" + PART, -1);
      List<Part> parts = new ArrayList<>();
      for (int i = 1; i < pieces.length; i++) {
        parts.add(part(pieces[i]));
      }
      return new ContractFile(pieces[0].strip(), parts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts this conversation into a file. */
  public void write(Path file) {
    StringBuilder text = new StringBuilder(preamble).append('\n');
    for (Part part : parts) {
      text.append('\n').append(PART);
      switch (part) {
        case Part.Sql sql -> text.append(sql.title()).append('\n').append(sql.statements());
        case Part.Control control ->
            text.append(control.title()).append('\n').append(control.call());
        case Part.Exchange it ->
            text.append(it.title())
                .append('\n')
                .append(it.comment())
                .append(it.request())
                .append("\n\n")
                .append(it.answer());
      }
      text.append('\n');
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Part part(String text) {
    int firstLine = text.indexOf('\n');
    String title = text.substring(0, firstLine).strip();
    String rest = text.substring(firstLine + 1);
    if (title.toLowerCase(Locale.ROOT).startsWith("sql:")) {
      return new Part.Sql(title, rest.strip());
    }
    if (title.toLowerCase(Locale.ROOT).startsWith("simulator:")) {
      return new Part.Control(title, rest.strip());
    }
    StringBuilder comment = new StringBuilder();
    while (rest.startsWith("#")) {
      int line = rest.indexOf('\n') + 1;
      comment.append(rest, 0, line);
      rest = rest.substring(line);
    }
    int answer = ("\n" + rest).indexOf("\n" + ANSWER);
    return answer < 0
        ? new Part.Exchange(title, comment.toString(), rest.strip(), "")
        : new Part.Exchange(
            title,
            comment.toString(),
            rest.substring(0, answer).strip(),
            rest.substring(answer).strip());
  }
}
