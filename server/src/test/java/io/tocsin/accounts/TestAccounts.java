package io.tocsin.accounts;

import io.tocsin.clock.Clock;
import io.tocsin.feed.Contents;
import io.tocsin.feed.Event;
import io.tocsin.feed.EventLists;
import io.tocsin.feed.Expiry;
import io.tocsin.feed.Feed;
import io.tocsin.feed.FeedSecret;
import io.tocsin.feed.FeedSettings;
import io.tocsin.feed.Lives;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Publisher;
import io.tocsin.feed.ReadMarks;
import io.tocsin.feed.Readers;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.RawClient;
import io.tocsin.http.Routes.Route;
import io.tocsin.http.TestCertificate;
import io.tocsin.http.TlsSettings;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Directory;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.NewApiToken;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.NewUser;
import io.tocsin.identity.Policy;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The account API on a real socket, over the real services on a fresh database, with what tests
 * need to fill it. The clock by which events expire stands at {@link #NOW} until it is set.
 */
public final class TestAccounts implements AutoCloseable {
  public static final Instant NOW = Instant.parse("2031-03-14T10:00:00Z");

  private final TestDatabase testDatabase;
  private final Database database;
  private final AtomicReference<Instant> moment = new AtomicReference<>(NOW);
  private final Feed feed = new Feed(new SecureRandom());
  private final Directory directory;
  private final AccountApi api;
  private final Listener listener;
  private final HttpClient http;
  private final @Nullable TestCertificate certificate;
  private final boolean isFirst;

  /**
   * How the API is set up.
   *
   * @param tlsDirectory where a certificate and its key are made; null for plain HTTP
   * @param keystone who knows tokens that are not ours; null for nobody
   */
  public record Setup(
      AccountSettings api,
      FeedSettings feed,
      @Nullable Path tlsDirectory,
      @Nullable Authenticator keystone) {
    /** Publishing is on, everything else as it is by itself. */
    public static final Setup OPEN =
        new Setup(new AccountSettings(true, null), FeedSettings.DEFAULTS, null, null);

    public Setup with(AccountSettings other) {
      return new Setup(other, feed, tlsDirectory, keystone);
    }

    public Setup with(FeedSettings other) {
      return new Setup(api, other, tlsDirectory, keystone);
    }

    public Setup withTls(Path directory) {
      return new Setup(api, feed, directory, keystone);
    }

    Setup with(Authenticator other) {
      return new Setup(api, feed, tlsDirectory, other);
    }
  }

  /** Somebody with a role in an account, and their token. */
  public record Member(AccountId account, UserId user, Role role, String token) {
    /** Of a path in their account: {@code notifications?limit=1}. */
    public String core(String rest) {
      return "/accounts/%s/core/v1/%s".formatted(account, rest);
    }

    /** Of their unread marks, or what follows. */
    public String unread(String rest) {
      return core("users/%s/unreadNotifications%s".formatted(user, rest));
    }
  }

  private TestAccounts(
      TestDatabase testDatabase,
      Setup setup,
      @Nullable TestCertificate certificate,
      boolean isFirst) {
    this.testDatabase = testDatabase;
    this.certificate = certificate;
    this.isFirst = isFirst;
    this.database = testDatabase.database();
    SecureRandom random = new SecureRandom();
    Clock clock = new SetClock(moment);
    Readers readers = new Readers();
    directory = new Directory(database, readers, random, clock);
    EventLists lists = new EventLists(database, new Expiry(database, clock), setup.feed());
    api =
        new AccountApi(
            new AccountApi.Services(
                new Bearers(database, setup.keystone(), Policy.defaults(), readers, clock),
                directory,
                lists,
                new ReadMarks(database, lists),
                new Publisher(database, Clock.system(), random),
                FeedSecret.in(database),
                new Lives(database)),
            setup.api(),
            clock,
            random);
    HttpSettings settings = HttpSettings.at("127.0.0.1", 0);
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (setup.tlsDirectory() != null && certificate != null) {
      settings = settings.withTls(files(setup.tlsDirectory(), certificate));
      client = client.sslContext(trusting(certificate));
    }
    listener = new Listener(settings, api.on(Mounts.of()), Clock.system(), random);
    http = client.build();
  }

  public static TestAccounts start() {
    return start(Setup.OPEN);
  }

  public static TestAccounts start(Setup setup) {
    Path directory = setup.tlsDirectory();
    TestCertificate certificate =
        directory == null ? null : TestCertificate.make(directory, "accounts");
    TestAccounts accounts = new TestAccounts(TestDatabase.create(), setup, certificate, true);
    accounts.listener.start();
    return accounts;
  }

  /** Another server on the same database, which stays there when that server is closed. */
  public TestAccounts startAnother(Setup setup) {
    TestAccounts another = new TestAccounts(testDatabase, setup, certificate, false);
    another.listener.start();
    return another;
  }

  public URI uri(String pathAndQuery) {
    String scheme = listener.isSecure() ? "https" : "http";
    return URI.create(
        "%s://127.0.0.1:%d%s".formatted(scheme, listener.address().getPort(), pathAndQuery));
  }

  /** For those who bring a socket of their own. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** Requests to this server. */
  public AccountClient client() {
    return new AccountClient(http, this::uri);
  }

  /** A connection that says only what the test lets it say. */
  public RawClient connect() throws IOException {
    InetSocketAddress address = listener.address();
    SocketFactory sockets =
        certificate == null ? SocketFactory.getDefault() : trusting(certificate).getSocketFactory();
    return new RawClient(sockets.createSocket("127.0.0.1", address.getPort()));
  }

  public Database database() {
    return database;
  }

  public Directory directory() {
    return directory;
  }

  /** From now on it is that time, as far as the lives of events and tokens go. */
  public void setTime(Instant time) {
    moment.set(time);
  }

  List<Route<Operation>> routes() {
    return api.routes().all();
  }

  public AccountId account(String name) {
    return directory.createAccount(Actor.SYSTEM, name).id();
  }

  /** A new user with that role and a token. */
  public Member member(AccountId account, Role role) {
    return member(account, role, NewRoleBinding.EVERYTHING);
  }

  /** The same, narrowed to what the constraints leave. */
  public Member member(AccountId account, Role role, List<String> roleConstraints) {
    UserId user =
        directory
            .createUser(
                Actor.SYSTEM, account, new NewUser(role.wire(), null, role, roleConstraints))
            .id();
    return new Member(account, user, role, token(account, user, false));
  }

  /** Somebody with that role in the operators' account. */
  public Member operator(Role role) {
    directory.operatorToken(null);
    return member(AccountId.OPERATORS, role);
  }

  /** A viewer whose token is for publishing and nothing else. */
  public Member publisher(AccountId account) {
    Member viewer = member(account, Role.VIEWER);
    return new Member(account, viewer.user(), viewer.role(), token(account, viewer.user(), true));
  }

  public String token(AccountId account, UserId user, boolean isForPublishing) {
    return directory
        .createToken(
            Actor.SYSTEM, account, user, new NewApiToken("of a test", isForPublishing, null))
        .secret()
        .value();
  }

  /** A new group of those. */
  public GroupId group(AccountId account, String name, Member... members) {
    GroupId group = directory.createGroup(Actor.SYSTEM, account, name).id();
    for (Member member : members) {
      directory.addMember(Actor.SYSTEM, account, group, member.user());
    }
    return group;
  }

  /** Puts events into the account without the API. */
  public List<Event> publish(AccountId account, Contents... contents) {
    return database.inTransaction(tx ->
        feed.publish(
            tx,
            Arrays.stream(contents).map(it -> new Publication(account, it.content())).toList()));
  }

  private static TlsSettings files(Path directory, TestCertificate certificate) {
    try {
      return new TlsSettings(
          Files.write(directory.resolve("accounts.pem"), certificate.certificatePem()),
          Files.write(directory.resolve("accounts.key"), certificate.keyPem()),
          null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SSLContext trusting(TestCertificate certificate) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(certificate.store());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    listener.close();
    if (isFirst) {
      testDatabase.close();
    }
  }

  private record SetClock(AtomicReference<Instant> moment) implements Clock {
    @Override
    public Instant now() {
      return moment.get();
    }

    @Override
    public long nanoTime() {
      return Clock.system().nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      Clock.system().sleep(duration);
    }
  }
}
