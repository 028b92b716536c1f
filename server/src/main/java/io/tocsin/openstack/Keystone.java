package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.openstack.CallFailure.NoAccess;
import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Tocsin's own standing with Keystone v3: one token for all its calls of OpenStack, and the catalog
 * that came with it. Nothing is sent before the first call needs it, so a server starts while
 * Keystone is away. Safe for use by many threads.
 *
 * <p>Every method that needs a token may log on, one caller at a time, and fails with {@link
 * NoAccess} when there is none to be had; see {@link Sessions}.
 */
public final class Keystone implements AutoCloseable {
  /** Calls of Keystone at one moment, at most. */
  private static final int MAX_CALLS_IN_FLIGHT = 64;

  /** A catalog that lacks what we want is read anew when it is older than this. */
  private static final Duration CATALOG_PATIENCE = Duration.ofSeconds(30);

  private final KeystoneSettings settings;
  private final Clock clock;
  private final OpenStackClient door;
  private final OpenStackClient client;
  private final Sessions sessions;

  /**
   * @param random spreads repeats; must be safe for use by many threads
   * @throws TrustException when the CA file is no good
   */
  public Keystone(
      KeystoneSettings settings, CallMetrics metrics, RandomGenerator random, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    Trust trust = Trust.in(settings.caFile());
    // Apart from the others: a log-on must not wait for a place among calls that wait for it.
    this.door =
        new OpenStackClient(
                Access.open(settings.root()),
                settings.calls(),
                trust,
                new CallLimit(1, clock),
                random,
                clock)
            .countedBy(metrics);
    this.sessions =
        new Sessions(
            new LogOn(door, settings, clock),
            new RepeatRule(random),
            settings.callTimeout(),
            clock);
    this.client =
        new OpenStackClient(
                at(settings.root()),
                settings.calls(),
                trust,
                new CallLimit(MAX_CALLS_IN_FLIGHT, clock),
                random,
                clock)
            .countedBy(metrics);
  }

  /** One that counts nothing. */
  public Keystone(KeystoneSettings settings, RandomGenerator random, Clock clock) {
    this(settings, CallMetrics.none(), random, clock);
  }

  /**
   * A token that is good for some time yet. Used again until {@link Session#RENEW_BEFORE} before
   * its end.
   *
   * @throws CallFailedException {@link NoAccess}
   */
  public String token() {
    return sessions.current(soon()).token();
  }

  /** Somebody answered 401 to that token: the next {@link #token()} is another. */
  public void refused(String token) {
    sessions.refused(token);
  }

  /**
   * What the catalog says, as it says it.
   *
   * @throws CallFailedException {@link NoAccess}, when there is no such endpoint; the text says
   *     what the catalog offers
   */
  public URI endpoint(EndpointQuery query) {
    return URI.create(find(query, UnaryOperator.identity(), soon()).endpoint());
  }

  /**
   * Calls Keystone itself with our token; one that it refuses is replaced once.
   *
   * @param call its path is below {@code /v3}: {@code /auth/tokens}
   * @throws CallFailedException as {@link OpenStackClient#call}; {@link NoAccess} when it is about
   *     our own standing and not about what was asked
   */
  public Answer call(ApiCall call) {
    return client.call(call);
  }

  /** A service at a fixed place, called with our token. */
  public Access at(URI endpoint) {
    String url = Access.withoutSlash(endpoint.toString());
    return new TokenAccess(sessions, by -> new Access.Grant(url, sessions.current(by).token()));
  }

  /**
   * A service where the catalog has it, called with our token. When we log on anew, the catalog is
   * read anew too.
   *
   * @param form makes of the catalog's URL the one that paths are appended to
   */
  public Access at(EndpointQuery query, UnaryOperator<String> form) {
    return new TokenAccess(sessions, by -> find(query, form, by));
  }

  private Access.Grant find(EndpointQuery query, UnaryOperator<String> form, Deadline by) {
    Session session = sessions.current(by);
    try {
      return grant(session, query, form);
    } catch (CallFailedException e) {
      if (session.age(clock.nanoTime()).compareTo(CATALOG_PATIENCE) < 0) {
        throw e;
      }
      sessions.refused(session.token());
      return grant(sessions.current(by), query, form);
    }
  }

  private static Access.Grant grant(
      Session session, EndpointQuery query, UnaryOperator<String> form) {
    String listed = session.catalog().find(query);
    String url = Access.withoutSlash(form.apply(listed));
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && ("" + uri.getScheme()).matches("https?")) {
        return new Access.Grant(url, session.token());
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new CallFailedException(
        new NoAccess(
            NoAccess.Reason.NO_ENDPOINT,
            "Keystone's catalog has for " + query + " what is no http or https URL: " + listed),
        null);
  }

  private Deadline soon() {
    return Deadline.in(settings.calls().overallTimeout(), clock);
  }

  /** Ends calls that are still under way. */
  @Override
  public void close() {
    client.close();
    door.close();
  }
}
