package io.tocsin.masakari;

import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.Host;
import io.tocsin.failover.Segment;
import io.tocsin.masakari.Documents.OddException;
import io.tocsin.openstack.Answer;
import io.tocsin.openstack.ApiCall;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import io.tocsin.openstack.OpenStackClient;
import io.tocsin.recovery.Vmove;
import io.tocsin.store.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A running Masakari, or whatever speaks its API, read and never written. Thread-safe after {@link
 * #connect}. Throws {@link SourceException}.
 */
public final class Source {
  private static final String VERSION_HEADER = "OpenStack-API-Version";

  /** {@code masakari 1.3}, and {@code instance-ha 1.3} from 22.0.0 on. */
  private static final Pattern VERSION = Pattern.compile(".*\\s1\\.(\\d{1,3})\\s*");

  /** What this program understands: the newest there is. */
  private static final int NEWEST_MINOR = 3;

  private static final int DETAILS_MINOR = 1;
  private static final int VMOVES_MINOR = 3;

  private final OpenStackClient client;
  private final @Nullable Secret token;
  private final int pageSize;
  private int minor;
  private String url = "";

  /**
   * @param client of the source's endpoint, with {@code /v1} and, if any, the project
   * @param token sent with each call; null where the client has one of its own, or none is needed
   * @param pageSize rows asked for at once; the source may give fewer
   */
  public Source(OpenStackClient client, @Nullable Secret token, int pageSize) {
    this.client = client;
    this.token = token;
    this.pageSize = pageSize;
  }

  /** Where it is, once it is connected. */
  public String url() {
    return url;
  }

  /** What tells it from another source: its URL without a project, which changes no answer. */
  String identity() {
    return url.replaceFirst("/v1/[^/]+$", "/v1");
  }

  /** Asks whether it answers, lets us in, and how new it is. */
  public void connect() {
    Answer answer;
    try {
      url = client.endpoint();
      answer = client.call(ApiCall.read("/segments?limit=1", headers("latest")));
    } catch (CallFailedException e) {
      if (e.failure() instanceof CallFailure.Rejected rejected && rejected.status() == 404) {
        throw new SourceException(
            "%s: there is no Instance HA API at that URL; it ends in /v1 or /v1/PROJECT"
                .formatted(url()),
            e);
      }
      throw failed(e);
    }
    requireList(tree(answer), "segments");
    Matcher version = VERSION.matcher(answer.headers().firstValue(VERSION_HEADER).orElse(""));
    minor = version.matches() ? Math.min(NEWEST_MINOR, Integer.parseInt(version.group(1))) : 0;
  }

  /** The newest microversion that both sides know: {@code 1.3}. */
  public String version() {
    return "1." + minor;
  }

  boolean hasDetails() {
    return minor >= DETAILS_MINOR;
  }

  boolean hasVmoves() {
    return minor >= VMOVES_MINOR;
  }

  void segments(Consumer<Row<Segment>> each) {
    present(() -> walk("/segments?", "segments", Documents::segment, each));
  }

  /** Its hosts; throws {@link GoneException} when the segment has gone since it was listed. */
  void hosts(Segment segment, Consumer<Row<Host>> each) {
    walk(
        "/segments/" + segment.id() + "/hosts?",
        "hosts",
        node -> Documents.host(node, segment),
        each);
  }

  /** Whether it shows that one. */
  boolean has(Segment segment) {
    return shows("/segments/" + segment.id());
  }

  /** Whether it shows that one where it was. */
  boolean has(Host host) {
    return shows("/segments/" + host.segment().id() + "/hosts/" + host.id());
  }

  private boolean shows(String path) {
    try {
      client.call(read(path));
      return true;
    } catch (CallFailedException e) {
      if (failed(e) instanceof SourceException failure) {
        throw failure;
      }
      return false;
    }
  }

  void notifications(@Nullable Instant since, Consumer<Row<Report>> each) {
    String filter =
        since == null
            ? ""
            : "generated-since="
                + URLEncoder.encode(since.toString(), StandardCharsets.UTF_8)
                + "&";
    present(() -> walk("/notifications?" + filter, "notifications", Documents::notification, each));
  }

  /** For lists that are always there. */
  private void present(Runnable walk) {
    try {
      walk.run();
    } catch (GoneException e) {
      throw missing(e);
    }
  }

  void vmoves(FailureNotificationId notification, Consumer<Row<Vmove>> each) {
    walk(
        "/notifications/" + notification + "/vmoves?",
        "vmoves",
        node -> Documents.vmove(node, notification),
        each);
  }

  /** The integer id of the newest notification, or of the oldest; 0 when there is none. */
  long edgeOfNotifications(boolean isNewest) {
    String path =
        "/notifications?sort_key=id&sort_dir=%s&limit=1".formatted(isNewest ? "desc" : "asc");
    JsonNode rows = requireList(tree(call(read(path))), "notifications");
    try {
      return rows.isEmpty() ? 0 : Documents.number(rows.path(0));
    } catch (OddException e) {
      throw strange(path, e);
    }
  }

  /**
   * What stands under {@code recovery_workflow_details}; missing where there is nothing. Asked
   * once: the source passes this question on to its engine and answers 500 when that does not
   * answer within a minute, or when the host is gone; then this throws {@link CallFailedException}.
   */
  JsonNode details(FailureNotificationId notification) {
    ApiCall once =
        new ApiCall(
            "GET",
            "/notifications/" + notification,
            null,
            headers(version()),
            ApiCall.Repeat.ONLY_IF_IT_DID_NOT_ACT);
    return tree(client.call(once)).path("notification").path("recovery_workflow_details");
  }

  /** What was asked for is not there, or not any more. */
  static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GoneException(CallFailedException cause) {
      super(cause);
    }
  }

  private <T> void walk(
      String pathAndQuery, String key, Function<JsonNode, T> parser, Consumer<Row<T>> each) {
    Walk walk = new Walk();
    while (true) {
      String marker = walk.marker() == 0 ? "" : "&marker=" + walk.marker();
      String path =
          "%ssort_key=id&sort_dir=asc&limit=%d%s".formatted(pathAndQuery, pageSize, marker);
      JsonNode rows;
      try {
        rows = requireList(tree(client.call(read(path))), key);
      } catch (CallFailedException e) {
        if (walk.mayStepBack(e)) {
          continue;
        }
        throw failed(e);
      }
      if (rows.isEmpty()) {
        return;
      }
      walk.beginPage();
      for (JsonNode node : rows) {
        long number;
        try {
          number = Documents.number(node);
        } catch (OddException e) {
          throw strange(path, e);
        }
        if (walk.isNew(number)) {
          each.accept(row(node, number, parser));
        }
      }
      if (!walk.hasMovedOn()) {
        throw new SourceException(
            "%s%s: the source gives the same rows again and again".formatted(url(), path));
      }
    }
  }

  private static <T> Row<T> row(JsonNode node, long number, Function<JsonNode, T> parser) {
    try {
      return new Row.Read<>(number, parser.apply(node));
    } catch (OddException e) {
      String id = node.path("uuid").asString(node.path("notification_uuid").asString("#" + number));
      return new Row.Unreadable<>(number, id, String.valueOf(e.getMessage()));
    }
  }

  private ApiCall read(String path) {
    return ApiCall.read(path, headers(version()));
  }

  private Answer call(ApiCall call) {
    try {
      return client.call(call);
    } catch (CallFailedException e) {
      throw failed(e) instanceof SourceException failure ? failure : missing(e);
    }
  }

  private SourceException missing(Exception cause) {
    return new SourceException("%s: answered 404 where it must not".formatted(url()), cause);
  }

  private Map<String, String> headers(String version) {
    Map<String, String> headers = new HashMap<>();
    headers.put(VERSION_HEADER, "instance-ha " + version);
    Secret secret = token;
    if (secret != null) {
      headers.put("X-Auth-Token", secret.value());
    }
    return headers;
  }

  private JsonNode tree(Answer answer) {
    try {
      return answer.tree();
    } catch (CallFailedException e) {
      throw failed(e);
    }
  }

  private JsonNode requireList(JsonNode tree, String key) {
    JsonNode rows = tree.path(key);
    if (!rows.isArray()) {
      throw new SourceException(
          "%s: the answer has no list of %s; is that Masakari?".formatted(url(), key));
    }
    return rows;
  }

  private SourceException strange(String path, OddException e) {
    return new SourceException(
        "%s%s: a row cannot be read: %s".formatted(url(), path, e.getMessage()), e);
  }

  /** What to throw; a 404 is a {@link GoneException}. */
  RuntimeException failed(CallFailedException e) {
    if (!(e.failure() instanceof CallFailure.Rejected rejected)) {
      String place = url.isEmpty() ? "" : url + ": ";
      return new SourceException(place + e.failure().text(), e);
    }
    return switch (rejected.status()) {
      case 401 ->
          new SourceException(
              "%s: the source does not know who asks (401): %s; see OS_TOKEN and OS_AUTH_URL"
                  .formatted(url(), rejected.text()),
              e);
      case 403 ->
          new SourceException(
              "%s: the source lets only administrators ask (403): %s"
                  .formatted(url(), rejected.text()),
              e);
      case 404 -> new GoneException(e);
      default ->
          new SourceException(
              "%s: answered %d: %s".formatted(url(), rejected.status(), rejected.text()), e);
    };
  }
}
