package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.HostId;
import io.tocsin.failover.Reported;
import io.tocsin.failover.SegmentId;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The words of the recovery's events, and that they keep to the limits. */
class NewsTest {
  private static final String PROJECT = "5d8f2f0e4c3b4a6e9f0a1b2c3d4e5f60";
  private static final UUID INSTANCE = UUID.fromString("0a98c42e-1d1a-4f4c-8d0f-5b6a7c8d9e0f");
  private static final UUID HOST = UUID.fromString("1b98c42e-1d1a-4f4c-8d0f-5b6a7c8d9e0f");
  private static final Instant THEN = Instant.parse("2026-02-03T12:00:00.5Z");

  static List<String> hostileNames() {
    return List.of(
        "n".repeat(300),
        "😀".repeat(300),
        "a\u0000b\nc\u001bd\u0085e",
        "half \ud83d of a pair",
        "\ude00",
        "",
        "   ",
        "x");
  }

  private static Reported report(FailureType type, String name, String event, Duration age) {
    return new Reported(
        new FailureNotification(
            7,
            new FailureNotificationId(UUID.fromString("2c98c42e-1d1a-4f4c-8d0f-5b6a7c8d9e0f")),
            THEN,
            new HostId(HOST),
            new SegmentId(HOST),
            type,
            Map.of("event", event, "process_name", name, "instance_uuid", name),
            FailureStatus.RUNNING,
            null,
            THEN,
            null),
        name,
        type == FailureType.VM ? INSTANCE : null,
        "the report's summary",
        THEN,
        THEN.plus(age));
  }

  private static PlannedMove move(
      String name, String vmState, @Nullable String left, @Nullable String project) {
    return new PlannedMove(
        new ServerId(INSTANCE), name, vmState, null, 1, false, true, 0, 1, 2048, left, project);
  }

  private static OwnerNews owner(String name, String vmState, Duration age) {
    return OwnerNews.of(
            report(FailureType.COMPUTE_HOST, "host-07", "STOPPED", age),
            move(name, vmState, null, PROJECT))
        .orElseThrow();
  }

  private static List<EventContent> everythingToOwners(String name, String vmState) {
    OwnerNews news = owner(name, vmState, Duration.ofSeconds(74));
    List<Publication> all =
        new ArrayList<>(
            List.of(
                news.moved(true),
                news.moved(false),
                news.movedByAnother(),
                news.gone(),
                news.notRecovered(),
                news.restarting(),
                news.restarted(),
                news.restartDropped(),
                news.notRestarted()));
    news.planned().ifPresent(all::add);
    new OwnerNews(
            news.report(), move(name, vmState, Planner.LEFT_IN_ERROR, PROJECT), news.account())
        .planned()
        .ifPresent(all::add);
    return all.stream().map(Publication::content).toList();
  }

  private static List<EventContent> everythingToOperators(FailureType type, String name) {
    OperatorNews news = new OperatorNews(report(type, name, "STOPPED", Duration.ofDays(2)));
    String reason = name.repeat(20);
    OperatorNews.Toll toll =
        new OperatorNews.Toll(
            List.of(HOST), List.of(), Collections.nCopies(300, UUID.randomUUID()));
    return List.of(
            news.started(),
            news.attemptFailed(12, reason, Duration.ofSeconds(30)),
            news.postponed(reason, Duration.ofSeconds(2)),
            news.finished("", toll),
            news.finished(name + ".", toll),
            news.ignored(reason),
            news.failed(reason, toll))
        .stream()
        .map(Publication::content)
        .toList();
  }

  private static void assertWithinLimits(EventContent it) {
    assertThat(it.name()).matches("([a-z]+\\.)+[a-z]+").hasSizeBetween(3, 127);
    assertThat(it.source()).matches("[a-z]([a-z-]*[a-z])?").hasSizeBetween(1, 19);
    assertThat(it.resourceType()).matches("application/astra-[a-zA-Z]+");
    assertThat(it.summary().codePoints().count()).isBetween(3L, 79L);
    assertThat(it.description().codePoints().count()).isBetween(3L, 1023L);
    String corrective = it.correctiveAction();
    if (corrective != null) {
      assertThat(corrective.codePoints().count()).isBetween(3L, 1023L);
    }
    assertThat((it.summary() + it.description() + corrective).codePoints())
        .noneMatch(Character::isISOControl)
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    assertThat(it.additionalResources()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(100);
    assertThat(it.eventTime()).isEqualTo(it.eventTime().truncatedTo(ChronoUnit.SECONDS));
  }

  @ParameterizedTest
  @MethodSource("hostileNames")
  void keepsToTheLimitsWhateverTheNames(String name) {
    for (String state : List.of("active", "stopped", "paused", "error", "resized", name)) {
      assertThat(everythingToOwners(name, state)).allSatisfy(NewsTest::assertWithinLimits);
    }
    for (FailureType type : FailureType.values()) {
      assertThat(everythingToOperators(type, name)).allSatisfy(NewsTest::assertWithinLimits);
    }
  }

  @Test
  void showsAsMuchOfALongNameAsThereIsRoomFor() {
    EventContent down =
        owner("n".repeat(300), "active", Duration.ZERO).planned().orElseThrow().content();
    assertThat(down.summary()).hasSize(79).startsWith("Instance nnnn").endsWith("nn… is down");
  }

  @Test
  void callsAnInstanceWithoutANameByItsId() {
    EventContent down = owner("\u0007", "active", Duration.ZERO).planned().orElseThrow().content();
    assertThat(down.summary()).isEqualTo("Instance " + INSTANCE + " is down");
  }

  @Test
  void tellsAnOwnerInPlainWords() {
    OwnerNews news = owner("web-3", "active", Duration.ofSeconds(74));
    EventContent down = news.planned().orElseThrow().content();
    assertThat(down.summary()).isEqualTo("Instance web-3 is down");
    assertThat(down.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(down.description())
        .isEqualTo(
            "The host of instance web-3 failed. The instance is being restarted on another host.");
    assertThat(down.resource()).isEqualTo(INSTANCE);
    assertThat(news.moved(true).account()).isEqualTo(AccountId.ofProject(PROJECT));
    EventContent up = news.moved(true).content();
    assertThat(up.description())
        .isEqualTo(
            "Instance web-3 was restarted on another host after its host failed. It was down for"
                + " 74 s.");
    assertThat(up.severity()).isEqualTo(Severity.CLEARED);
  }

  @ParameterizedTest
  @MethodSource("states")
  void clearsUnderTheSummaryAndCorrelationOfWhatItTold(String state) {
    OwnerNews news = owner("web-3", state, Duration.ZERO);
    EventContent told = news.planned().orElseThrow().content();
    UUID correlation =
        Identifiers.named(news.report().notification().id().value(), INSTANCE.toString());
    assertThat(List.of(news.moved(true), news.moved(false), news.movedByAnother(), news.gone()))
        .extracting(Publication::content)
        .allSatisfy(it -> {
          assertThat(it.severity()).isEqualTo(Severity.CLEARED);
          assertThat(it.summary()).isEqualTo(told.summary());
          assertThat(it.correlation()).isEqualTo(told.correlation()).isEqualTo(correlation);
        });
  }

  static List<String> states() {
    return List.of("active", "stopped", "paused", "error", "resized");
  }

  @Test
  void saysWhatBecameOfInstancesThatDidNotRun() {
    assertThat(description(owner("web-3", "stopped", Duration.ZERO).moved(true)))
        .endsWith("after its host failed and is stopped as before.");
    assertThat(description(owner("web-3", "paused", Duration.ZERO).moved(true)))
        .endsWith("after its host failed and is stopped; it was paused.");
    assertThat(description(owner("web-3", "error", Duration.ZERO).moved(true)))
        .endsWith("and is in error as before.");
    assertThat(description(owner("web-3", "stopped", Duration.ZERO).moved(false)))
        .endsWith("It was stopped before and may be running now.");
    Publication moving = owner("web-3", "stopped", Duration.ZERO).planned().orElseThrow();
    assertThat(moving.content().severity()).isEqualTo(Severity.WARNING);
    assertThat(moving.content().summary()).isEqualTo("Instance web-3 is being moved");
  }

  private static String description(Publication publication) {
    return publication.content().description();
  }

  @Test
  void saysWhyAnInstanceIsLeftAloneUnlessItsOwnerDeletedIt() {
    assertThat(left(Planner.LEFT_DELETED)).isEmpty();
    assertThat(left(Planner.LEFT_IN_ERROR).orElseThrow().content())
        .satisfies(it -> {
          assertThat(it.severity()).isEqualTo(Severity.WARNING);
          assertThat(it.summary()).isEqualTo("Instance web-3 is not being recovered");
          assertThat(it.description()).contains("was in error before");
        });
    assertThat(description(left("Left where it is: it is not HA_Enabled.").orElseThrow()))
        .contains("not marked to be recovered");
  }

  private static Optional<Publication> left(String because) {
    return OwnerNews.of(
            report(FailureType.COMPUTE_HOST, "host-07", "STOPPED", Duration.ZERO),
            move("web-3", "active", because, PROJECT))
        .flatMap(OwnerNews::planned);
  }

  @Test
  void tellsNobodyWhereThePlanDoesNotSayWhoseTheInstanceIs() {
    Reported report = report(FailureType.COMPUTE_HOST, "host-07", "STOPPED", Duration.ZERO);
    assertThat(OwnerNews.of(report, move("web-3", "active", null, null))).isEmpty();
    assertThat(OwnerNews.of(report, move("web-3", "active", null, ""))).isEmpty();
  }

  @Test
  void saysDurationsAsPeopleDo() {
    assertThat(EventText.duration(Duration.ofSeconds(-1))).isEqualTo("0 s");
    assertThat(EventText.duration(Duration.ofMillis(1900))).isEqualTo("1 s");
    assertThat(EventText.duration(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(EventText.duration(Duration.ofMinutes(2))).isEqualTo("2 min");
    assertThat(EventText.duration(Duration.ofMinutes(119))).isEqualTo("119 min");
    assertThat(EventText.duration(Duration.ofMinutes(185))).isEqualTo("3 h 5 min");
  }

  @ParameterizedTest
  @EnumSource(value = FailureType.class, names = "VM", mode = EnumSource.Mode.EXCLUDE)
  void makesNoFussOfWhatReportsNoFailure(FailureType type) {
    OperatorNews news = new OperatorNews(report(type, "host-07", "STARTED", Duration.ZERO));
    assertThat(List.of(news.finished("", OperatorNews.Toll.NONE), news.ignored("No.")))
        .extracting(Publication::content)
        .allSatisfy(it -> {
          assertThat(it.severity()).isEqualTo(Severity.INFORMATIONAL);
          assertThat(it.destinations()).isNull();
        });
  }

  @Test
  void namesAtMostAHundredInstancesThatAreNotRecovered() {
    List<UUID> lost = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lost.add(Identifiers.named(INSTANCE, Integer.toString(i)));
    }
    OperatorNews news =
        new OperatorNews(report(FailureType.COMPUTE_HOST, "host-07", "STOPPED", Duration.ZERO));
    EventContent failed =
        news.failed("No room", new OperatorNews.Toll(List.of(INSTANCE), List.of(), lost)).content();
    assertThat(failed.additionalResources()).isEqualTo(lost.subList(0, 100));
    assertThat(failed.summary()).isEqualTo("Host host-07 was not recovered");
    assertThat(failed.description())
        .isEqualTo(
            "The recovery of host host-07 failed and is not tried again: No room. 1 instance"
                + " moved, 300 not.");
  }
}
