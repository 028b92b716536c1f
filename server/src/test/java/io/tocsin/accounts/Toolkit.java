package io.tocsin.accounts;

import io.tocsin.http.Json;
import io.tocsin.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * The original's command-line toolkit as it was recorded: byte for byte what it sends, over one
 * connection, and what it does with the answers, as touchy as it is (Astra spec §13.2 to §13.4).
 */
final class Toolkit {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);

  private final RawClient connection;
  private final String account;
  private final String token;
  private final String host;

  Toolkit(RawClient connection, String host, String account, String token) {
    this.connection = connection;
    this.host = host;
    this.account = account;
    this.token = token;
  }

  /** What comes out: lines of a table, or what went wrong and what it makes of that. */
  record Outcome(List<String> lines, String message, int exitStatus) {}

  /** The answer as it was, to {@code core/v1/notifications} or another path of the account. */
  RawClient.Answer get(String path) throws IOException {
    return connection
        .send(
            """
            GET /accounts/%s/%s HTTP/1.1
            Host: %s
            User-Agent: python-requests/2.x
            Accept-Encoding: gzip, deflate
            Accept: */*
            Connection: keep-alive
            Authorization: Bearer %s
            Content-Length: 2
            Content-Type: application/json

            """
                    .formatted(account, path, host, token)
                    .replace("\n", "\r\n")
                + "{}")
        .answer();
  }

  /** {@code list notifications} with what the options make of the query: {@code &limit=5}. */
  Outcome list(String options) throws IOException {
    return list(options, "", Duration.ofDays(10_000), Instant.EPOCH);
  }

  /**
   * The same with {@code -s} and {@code -m}, which it looks at by itself.
   *
   * @param severity empty for all
   * @param age of the oldest that is shown
   * @param now from which that is counted
   */
  Outcome list(String options, String severity, Duration age, Instant now) throws IOException {
    RawClient.Answer answer =
        get("core/v1/notifications?orderBy=eventTime+desc&count=true" + options);
    if (answer.status() >= 400) {
      return new Outcome(List.of(), probe() + parse(answer).path("type").stringValue(), 1);
    }
    List<String> lines = new ArrayList<>();
    JsonNode body = parse(answer);
    for (JsonNode item : body.get("items")) {
      Instant time =
          LocalDateTime.parse(item.get("eventTime").stringValue(), TIME).toInstant(ZoneOffset.UTC);
      boolean isShown = severity.isEmpty() || severity.equals(item.get("severity").stringValue());
      if (isShown && time.isAfter(now.minus(age))) {
        lines.add(
            "%s | %s | %s | %s"
                .formatted(
                    item.get("id").stringValue(),
                    item.get("summary").stringValue(),
                    item.get("severity").stringValue(),
                    item.get("eventTime").stringValue()));
      }
    }
    lines.add("pre-filtered count: " + body.get("metadata").get("count").intValue());
    return new Outcome(lines, "", 0);
  }

  /** How it finds its words for an error. */
  private String probe() throws IOException {
    RawClient.Answer answer = get("topology/v1/clouds");
    if (answer.status() < 400) {
      return "";
    }
    if (answer.status() >= 500) {
      return "Internal Server Error ";
    }
    if (answer.body().contains("x-pcloud-accountid")) {
      return "check uid in config.json ";
    }
    return answer.status() == 401 ? "check Authorization in config.json " : answer.body() + " ";
  }

  private static JsonNode parse(RawClient.Answer answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }
}
