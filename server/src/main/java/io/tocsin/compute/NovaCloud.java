package io.tocsin.compute;

import io.tocsin.clock.Clock;
import io.tocsin.compute.MicroversionRange.Microversion;
import io.tocsin.openstack.Answer;
import io.tocsin.openstack.ApiCall;
import io.tocsin.openstack.ApiCall.Repeat;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import io.tocsin.openstack.CallInterruptedException;
import io.tocsin.openstack.CallLimit;
import io.tocsin.openstack.CallMetrics;
import io.tocsin.openstack.CallSettings;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.OnBehalfOf;
import io.tocsin.openstack.OpenStackClient;
import io.tocsin.openstack.Operation;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cloud behind OpenStack's compute API at microversion 2.53, the first that names services by
 * UUID. It must stay below 2.95, where an evacuated server would be left stopped.
 *
 * <p>Which calls are sent again: see {@link OpenStackClient}. Reads and calls that set a state (the
 * service's, the lock, {@code os-resetState}) do no harm when repeated. Evacuate, start and stop
 * begin something: a second one, arriving late, would start it anew, and current Nova does not
 * refuse a second evacuate. They are repeated only when the first certainly did nothing.
 *
 * <p>Safe for use by many threads.
 */
public final class NovaCloud implements Cloud, AutoCloseable {
  static final Microversion MICROVERSION = new Microversion(2, 53);

  /** Anything else in that header is nobody's request. */
  private static final Pattern REQUEST_ID = Pattern.compile("req-[0-9a-fA-F-]{36}");

  /** Nova refuses more. */
  private static final int LONGEST_REASON = 255;

  /** How often a list begins anew because the server at the end of a page was deleted meanwhile. */
  private static final int LIST_TRIES = 3;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final OpenStackClient client;
  private final CloudSettings settings;

  /** Null where each call is for whatever request its thread works for. */
  private final @Nullable String requestId;

  /**
   * A Nova that asks for no token, at the endpoint of the settings.
   *
   * @param random spreads repeats; must be safe for use by many threads
   */
  public NovaCloud(CloudSettings settings, RandomGenerator random, Clock clock) {
    this(settings, CloudLocation.usual(), null, random, clock);
  }

  /**
   * Nothing is sent before the first call.
   *
   * @param keystone gives tokens, and the endpoint where the settings name none; null for a Nova
   *     that asks for no token
   * @param random spreads repeats; must be safe for use by many threads
   */
  public NovaCloud(
      CloudSettings settings,
      CloudLocation location,
      @Nullable Keystone keystone,
      RandomGenerator random,
      Clock clock) {
    this(
        new OpenStackClient(
            location.access(settings.endpoint(), keystone),
            callSettings(settings),
            location.trust(),
            new CallLimit(settings.maxCallsInFlight(), clock),
            random,
            clock),
        settings,
        null);
  }

  /**
   * A Nova that asks for no token, over connections of the caller's.
   *
   * @param http closed with this
   */
  public NovaCloud(CloudSettings settings, HttpClient http, RandomGenerator random, Clock clock) {
    this(
        new OpenStackClient(
            CloudLocation.usual().access(settings.endpoint(), null),
            callSettings(settings),
            http,
            new CallLimit(settings.maxCallsInFlight(), clock),
            random,
            clock),
        settings,
        null);
  }

  private static CallSettings callSettings(CloudSettings settings) {
    return new CallSettings(
        settings.callTimeout(),
        settings.overallTimeout(),
        settings.tries(),
        settings.maxBodyBytes());
  }

  private NovaCloud(OpenStackClient client, CloudSettings settings, @Nullable String requestId) {
    this.client = client;
    this.settings = settings;
    this.requestId = requestId;
  }

  @Override
  public Cloud guardedBy(Runnable guard) {
    return new NovaCloud(client.guardedBy(guard), settings, requestId);
  }

  @Override
  public Cloud onBehalfOf(String request) {
    return new NovaCloud(client, settings, request);
  }

  /** The same cloud, connections and limit included, whose calls are counted there. */
  public NovaCloud countedBy(CallMetrics metrics) {
    return new NovaCloud(client.countedBy(metrics), settings, requestId);
  }

  /** What the limit of calls in flight is now, for metrics. */
  public CallLimit callLimit() {
    return client.limit();
  }

  /**
   * Asks the endpoint's version document whether it offers microversion 2.53.
   *
   * @throws CloudException also when it does not; the text says what to look at
   */
  public MicroversionRange probe() {
    return talk(
        Repeat.HARMLESS,
        () -> {
          // Without our version headers: an endpoint that is too old refuses them with less to say.
          Answer answer = client.call(ApiCall.read("/", Map.of()).as(Operation.SHOW_VERSION));
          JsonNode version = answer.tree().path("version");
          MicroversionRange offered = range(version, answer.status());
          if (!offered.contains(MICROVERSION)) {
            throw unreadable(
                answer.status(),
                client.endpoint()
                    + " offers compute microversions "
                    + offered
                    + ", but "
                    + MICROVERSION
                    + " is needed");
          }
          return offered;
        });
  }

  private MicroversionRange range(JsonNode version, int status) {
    try {
      return new MicroversionRange(
          Microversion.parse(version.path("min_version").asString("")),
          Microversion.parse(version.path("version").asString("")));
    } catch (IllegalArgumentException _) {
      throw unreadable(
          status,
          client.endpoint()
              + " is no compute API with microversions: its version document names none. The"
              + " endpoint ends in /v2.1");
    }
  }

  @Override
  public Optional<ComputeService> findComputeService(String host) {
    return listComputeServices(Operation.FIND_SERVICE, "&host=" + encode(host)).stream()
        .filter(service -> service.host().equals(host))
        .findFirst();
  }

  @Override
  public List<ComputeService> listComputeServices() {
    return listComputeServices(Operation.LIST_SERVICES, "");
  }

  private List<ComputeService> listComputeServices(Operation operation, String filter) {
    return list(
        operation,
        "/os-services?binary=nova-compute" + filter,
        "services",
        ComputeServiceJson::read);
  }

  @Override
  public List<Aggregate> listAggregates() {
    return list(Operation.LIST_AGGREGATES, "/os-aggregates", "aggregates", AggregateJson::read);
  }

  @Override
  public List<Hypervisor> listHypervisors() {
    return list(
        Operation.LIST_HYPERVISORS, "/os-hypervisors/detail", "hypervisors", HypervisorJson::read);
  }

  /** Reads one element of a list; the number is the answer's status, for errors. */
  private interface Reading<T> {
    T read(JsonNode element, int httpStatus);
  }

  private <T> List<T> list(Operation operation, String path, String name, Reading<T> reading) {
    return talk(
        Repeat.HARMLESS,
        () -> {
          Answer answer = read(operation, path);
          JsonNode elements = answer.tree().path(name);
          if (!elements.isArray()) {
            throw unreadable(answer.status(), "the answer lacks " + name);
          }
          return elements
              .valueStream()
              .map(element -> reading.read(element, answer.status()))
              .toList();
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>With {@code forced_down} in the same request Nova does not ask the host for anything before
   * it answers ({@code HostAPI._update_compute_provider_status}).
   */
  @Override
  public void forceDown(ComputeService service, String reason) {
    ObjectNode body = disabled(reason).put("forced_down", true);
    talk(Repeat.HARMLESS, () -> put(service, body, Repeat.HARMLESS));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Nova stores the change and then waits for the host's {@code nova-compute} to hear of it,
   * longer than we wait, if that has just died without Nova knowing. Sending it again would wait
   * again; so no answer makes us look at what was stored.
   */
  @Override
  public void disable(ComputeService service, String reason) {
    try {
      talk(
          Repeat.ONLY_IF_IT_DID_NOT_ACT,
          () -> put(service, disabled(reason), Repeat.ONLY_IF_IT_DID_NOT_ACT));
    } catch (CloudException e) {
      boolean isUnanswered = e.failure() instanceof CloudFailure.Unanswered;
      if (!isUnanswered
          || findComputeService(service.host()).filter(s -> !s.isEnabled()).isEmpty()) {
        throw e;
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Only a service that looks up is asked whether it hears of it, and those answer.
   */
  @Override
  public void enable(ComputeService service) {
    talk(Repeat.HARMLESS, () -> put(service, enabled(), Repeat.HARMLESS));
  }

  @Override
  public void bringBack(ComputeService service) {
    ObjectNode body = enabled().put("forced_down", false);
    talk(Repeat.HARMLESS, () -> put(service, body, Repeat.HARMLESS));
  }

  private static ObjectNode enabled() {
    return NODES.objectNode().put("status", "enabled");
  }

  private static ObjectNode disabled(String reason) {
    ObjectNode body = NODES.objectNode().put("status", "disabled");
    if (!reason.isEmpty()) {
      body.put("disabled_reason", shortened(reason));
    }
    return body;
  }

  private static String shortened(String reason) {
    if (reason.codePointCount(0, reason.length()) <= LONGEST_REASON) {
      return reason;
    }
    return reason.substring(0, reason.offsetByCodePoints(0, LONGEST_REASON));
  }

  private Answer put(ComputeService service, ObjectNode body, Repeat repeat) {
    return client.call(
        new ApiCall(
            "PUT",
            "/os-services/" + encode(service.id()),
            body.toString(),
            headers(),
            repeat,
            Operation.UPDATE_SERVICE));
  }

  @Override
  public List<Server> listServersOn(String host) {
    // Nova drops the filter without a word for callers who may not use it.
    return list(Operation.LIST_SERVERS, "&host=" + encode(host)).stream()
        .filter(s -> host.equals(s.host()))
        .toList();
  }

  @Override
  public List<Server> listServersChangedSince(Instant since) {
    return list(
        Operation.LIST_CHANGED_SERVERS,
        "&changes-since=" + encode(since.truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  private List<Server> list(Operation operation, String filter) {
    return talk(
        Repeat.HARMLESS,
        () -> {
          for (int tries = 1; ; tries++) {
            Optional<List<Server>> servers = allPages(operation, filter, tries == LIST_TRIES);
            if (servers.isPresent()) {
              return servers.get();
            }
          }
        });
  }

  /**
   * Empty when the list has to begin anew.
   *
   * @param isLastTry then a vanished marker is a failure
   */
  private Optional<List<Server>> allPages(Operation operation, String filter, boolean isLastTry) {
    Map<ServerId, Server> servers = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    String first = "/servers/detail?all_tenants=True&limit=" + settings.pageSize() + filter;
    String marker = null;
    for (int pages = 0; pages < settings.maxPages(); pages++) {
      ServerParser.Page page;
      try {
        page =
            ServerParser.page(
                read(operation, marker == null ? first : first + "&marker=" + marker));
      } catch (CallFailedException e) {
        if (marker != null && !isLastTry && isBadRequest(e.failure())) {
          return Optional.empty();
        }
        throw e;
      }
      page.servers().forEach(server -> servers.put(server.id(), server));
      if (page.nextMarker() == null) {
        return Optional.of(List.copyOf(servers.values()));
      }
      marker = encode(page.nextMarker());
      if (!seen.add(marker)) {
        throw unreadable(200, "the list of servers leads back to its page at marker " + marker);
      }
    }
    throw unreadable(200, "the list of servers has more than " + settings.maxPages() + " pages");
  }

  private static boolean isBadRequest(CallFailure failure) {
    return failure instanceof CallFailure.Rejected rejected && rejected.status() == 400;
  }

  @Override
  public Optional<Server> findServer(ServerId id) {
    try {
      return talk(
          Repeat.HARMLESS,
          () ->
              Optional.of(ServerParser.one(read(Operation.SHOW_SERVER, "/servers/" + id.value()))));
    } catch (CloudException e) {
      if (e.failure() instanceof CloudFailure.NotFound) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void lock(ServerId id) {
    act(Operation.LOCK, id, NODES.objectNode().putNull("lock"), Repeat.HARMLESS);
  }

  @Override
  public void unlock(ServerId id) {
    act(Operation.UNLOCK, id, NODES.objectNode().putNull("unlock"), Repeat.HARMLESS);
  }

  @Override
  public Optional<String> evacuate(ServerId id, Optional<String> targetHost) {
    ObjectNode body = NODES.objectNode();
    ObjectNode evacuate = body.putObject("evacuate");
    targetHost.ifPresent(host -> evacuate.put("host", host));
    return act(Operation.EVACUATE, id, body, Repeat.ONLY_IF_IT_DID_NOT_ACT)
        .headers()
        .firstValue("X-OpenStack-Request-ID")
        .filter(REQUEST_ID.asMatchPredicate());
  }

  @Override
  public void addToAggregate(Aggregate aggregate, String host) {
    ObjectNode body = NODES.objectNode();
    body.putObject("add_host").put("host", host);
    String path = "/os-aggregates/" + aggregate.id() + "/action";
    talk(
        Repeat.HARMLESS,
        () ->
            client.call(
                new ApiCall(
                    "POST",
                    path,
                    body.toString(),
                    headers(),
                    Repeat.HARMLESS,
                    Operation.ADD_TO_AGGREGATE)));
  }

  @Override
  public Optional<String> findEvacuationTarget(ServerId id) {
    return migrations(id, MigrationsJson::evacuationTarget);
  }

  @Override
  public Optional<String> findEvacuationHost(ServerId id) {
    return migrations(id, MigrationsJson::evacuationHost);
  }

  private Optional<String> migrations(
      ServerId id, BiFunction<Answer, ServerId, Optional<String>> host) {
    String path = "/os-migrations?instance_uuid=" + id.value() + "&migration_type=evacuation";
    return talk(Repeat.HARMLESS, () -> host.apply(read(Operation.LIST_MIGRATIONS, path), id));
  }

  @Override
  public void stop(ServerId id) {
    act(Operation.STOP, id, NODES.objectNode().putNull("os-stop"), Repeat.ONLY_IF_IT_DID_NOT_ACT);
  }

  @Override
  public void start(ServerId id) {
    act(Operation.START, id, NODES.objectNode().putNull("os-start"), Repeat.ONLY_IF_IT_DID_NOT_ACT);
  }

  @Override
  public void resetState(ServerId id, ResetTo state) {
    ObjectNode body = NODES.objectNode();
    body.putObject("os-resetState").put("state", state.name().toLowerCase(Locale.ROOT));
    act(Operation.RESET_STATE, id, body, Repeat.HARMLESS);
  }

  private Answer act(Operation operation, ServerId id, ObjectNode body, Repeat repeat) {
    String path = "/servers/" + id.value() + "/action";
    return talk(
        repeat,
        () ->
            client.call(new ApiCall("POST", path, body.toString(), headers(), repeat, operation)));
  }

  private Answer read(Operation operation, String path) {
    return client.call(ApiCall.read(path, headers()).as(operation));
  }

  /** Both forms of the version: older Nova knows the second one only. */
  private static Map<String, String> headers() {
    return Map.of(
        "OpenStack-API-Version",
        "compute " + MICROVERSION,
        "X-OpenStack-Nova-API-Version",
        MICROVERSION.toString());
  }

  private <T extends @Nullable Object> T talk(Repeat repeat, Supplier<T> calls) {
    try {
      return requestId == null
          ? calls.get()
          : ScopedValue.where(OnBehalfOf.REQUEST_ID, requestId).call(calls::get);
    } catch (CallFailedException e) {
      throw new CloudException(NovaFailures.of(e.failure(), repeat), e);
    } catch (CallInterruptedException e) {
      throw new CloudInterruptedException(e);
    }
  }

  private static CallFailedException unreadable(int status, String text) {
    return new CallFailedException(new CallFailure.Unreadable(status, text), null);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Ends calls that are still under way. */
  @Override
  public void close() {
    client.close();
  }
}
