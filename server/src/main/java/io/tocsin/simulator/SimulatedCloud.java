package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.Handler;
import io.tocsin.http.Json;
import io.tocsin.http.Mounts;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * A region of a cloud that exists only here: Nova's API under {@link #NOVA_PATH}, Keystone's under
 * {@link #IDENTITY_PATH}, and under {@link #CONTROL_PATH} the calls that make its hosts die and its
 * answers get lost.
 *
 * <p>It answers as a {@link Handler} mounted at these paths of any listener. With a directory it
 * remembers everything through a {@code kill -9} of its process, evacuations under way included,
 * which end on time whether anybody runs meanwhile or not.
 */
public final class SimulatedCloud implements Handler, AutoCloseable {
  /** Where Nova's API is; the endpoint in a catalog would be this and {@code /v2.1}. */
  public static final String NOVA_PATH = "/compute";

  /** Where Keystone's API is: {@code /v3} follows, or nothing. */
  public static final String IDENTITY_PATH = "/identity";

  public static final String CONTROL_PATH = "/simulator";

  /** Everybody's password at its Keystone. */
  public static final String PASSWORD = Cast.PASSWORD;

  /** Who may do everything, in the project of the same name. */
  public static final String ADMINISTRATOR = Cast.ADMIN.name();

  /** The user of a server of Instance HA. */
  public static final String SERVICE_USER = Cast.TOCSIN.name();

  /** Where {@link #SERVICE_USER} has its roles. */
  public static final String SERVICE_PROJECT = Cast.SERVICE_PROJECT.name();

  private final Region region;
  private final NovaApi nova;
  private final IdentityApi identity;
  private final ControlApi control;
  private final HostMonitor monitor;

  private SimulatedCloud(Region region, Clock clock) {
    this.region = region;
    Passage passage = new Passage(region, clock);
    // Not from the region's seed: a restart would hand somebody else's token out again.
    Tokens tokens = new Tokens(region, new SecureRandom());
    this.nova = new NovaApi(region, passage, tokens);
    this.identity = new IdentityApi(region, passage, tokens);
    Hosts hosts = new Hosts(region);
    this.monitor = new HostMonitor(region, clock);
    this.control = new ControlApi(region, hosts, monitor, new IdentityControl(region, tokens));
  }

  /** A region that is forgotten with its process. */
  public static SimulatedCloud inMemory(RegionSpec spec, Behaviour behaviour, Clock clock) {
    return new SimulatedCloud(Region.open(spec, behaviour, clock, Journal.none()), clock);
  }

  /**
   * The region kept in that directory, or a new one where there is none. {@code behaviour} is for a
   * new one; a kept one remembers its own.
   *
   * @throws IllegalStateException a region of another spec is kept there, or another process keeps
   *     one there; the message says which
   */
  public static SimulatedCloud keptIn(
      Path directory, RegionSpec spec, Behaviour behaviour, Clock clock) {
    return new SimulatedCloud(Region.open(spec, behaviour, clock, Journal.in(directory)), clock);
  }

  @Override
  public Response handle(Request request) {
    String path = request.rawPath();
    if (path.startsWith(NOVA_PATH)) {
      return nova.handle(request);
    }
    if (path.startsWith(IDENTITY_PATH)) {
      return identity.handle(request);
    }
    if (path.startsWith(CONTROL_PATH)) {
      return control.handle(request);
    }
    return Json.response(404, Json.object().put("error", "No such path"));
  }

  /** The service host names, in order. */
  public List<String> hostNames() {
    return region.alone(() -> region.state().hosts().stream().map(SimulatedHost::name).toList());
  }

  /** Everything it answers, where a listener finds it. */
  public Mounts mounts() {
    return Mounts.of(
        new Mounts.Mount(NOVA_PATH, this, ErrorPages.PLAIN),
        new Mounts.Mount(IDENTITY_PATH, this, ErrorPages.PLAIN),
        new Mounts.Mount(CONTROL_PATH, this, ErrorPages.PLAIN));
  }

  /** From now on Nova answers only those who have a token, or everybody again. */
  public void demandTokens(boolean isDemanded) {
    change(Map.of("demand_tokens", isDemanded));
  }

  /**
   * What the catalog says of Instance HA from now on.
   *
   * @param url with {@code %(project_id)s} where the project belongs: {@code
   *     http://127.0.0.1:15868/v1/%(project_id)s}
   */
  public void catalogInstanceHa(String url) {
    change(Map.of("instance_ha_url", url));
  }

  private void change(Map<String, ?> settings) {
    region.change(() -> region.change(region.behaviour().changed(settings)));
  }

  /**
   * From now on the death of a host is reported as a host monitor would do it, also of hosts that
   * died before and were not reported yet.
   *
   * @param instanceHa where Instance HA answers: {@code http://127.0.0.1:15868}
   */
  public void reportTo(URI instanceHa) {
    monitor.start(instanceHa, null);
  }

  /**
   * As {@link #reportTo(URI)}, with a token.
   *
   * @param keystone where the monitor logs on: {@code http://127.0.0.1:15869/identity}
   */
  public void reportTo(URI instanceHa, URI keystone) {
    monitor.start(instanceHa, keystone);
  }

  /** Ends reporting and closes the journal. May be repeated. */
  @Override
  public void close() {
    monitor.close();
    region.close();
  }
}
