package io.tocsin.instanceha;

import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.failover.Segments;
import io.tocsin.http.Headers;
import io.tocsin.http.Mounts;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Policy;
import io.tocsin.instanceha.RouteTable.Target;
import io.tocsin.recovery.RecoveryHistory;

/** The Instance HA API v1, as Masakari's clients know it. Thread-safe. */
public final class InstanceHa {
  static final String MOUNT = "/v1";
  static final String REQUEST_ID = "x-openstack-request-id";

  private final Routes<Target> routes;
  private final Api api;
  private final Links links;

  /** What the API is about. */
  public record Services(
      Segments segments,
      Hosts hosts,
      FailureNotifications notifications,
      Intake intake,
      RecoveryHistory history) {}

  /**
   * @param authenticator knows callers by their tokens
   * @param policy says what they may do
   */
  public InstanceHa(
      Services services, InstanceHaSettings settings, Authenticator authenticator, Policy policy) {
    Paging paging = new Paging(settings.maxLimit());
    links = new Links(settings.linkPrefix());
    VersionResource versions = new VersionResource(links);
    RouteTable table =
        new RouteTable()
            .root(versions::show)
            .noun("/versions", "version", versions)
            .noun("/extensions", "alias", new ExtensionResource(policy))
            .nounWithAction(
                "/segments", "segment", new SegmentResource(services.segments(), paging))
            .noun("/segments/{segment}/hosts", "host", new HostResource(services.hosts(), paging))
            .nounWithAction(
                "/notifications",
                "notification",
                new NotificationResource(
                    services.notifications(), services.intake(), services.history(), paging))
            .noun(
                "/notifications/{notification}/vmoves",
                "vmove",
                new VmoveResource(services.notifications(), services.history(), paging));
    routes = table.routes();
    api = new Api(routes, authenticator, policy);
  }

  /** Every route, whether anything is done there or not. */
  Routes<Target> routes() {
    return routes;
  }

  /**
   * The given mounts and this API: {@code /v1}, and every path that none of the others takes,
   * because the bare root and unknown paths tell clients where the API is.
   */
  public Mounts on(Mounts others) {
    return others
        .with(MOUNT, this::handle, Faults.WITH_REQUEST_ID)
        .otherwise(this::handle, Faults.WITHOUT_REQUEST_ID);
  }

  private Response handle(Request request) {
    String path = request.rawPath();
    if (path.equals(MOUNT) || path.startsWith(MOUNT + "/")) {
      return api.answer(request);
    }
    String base = links.base(request);
    return path.equals("/")
        ? json(200, Versions.all(base))
        : json(300, Versions.choices(base, path));
  }

  private static Response json(int status, Document document) {
    return new Response(status, Headers.of("Content-Type", MediaTypes.JSON), document.bytes());
  }
}
