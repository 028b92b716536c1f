package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.identity.AccountId;
import io.tocsin.simulator.RegionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Kills the node at every commit and every outside call of a host recovery, before and after each,
 * and lets another node carry on. Promises P3, P4 and P5; and everybody is told of it as if nothing
 * had happened.
 */
class CrashTest {
  private static final int SIDE_BY_SIDE = 4;
  private static final RegionSpec MIXED = new RegionSpec(3, 30);
  private static final String HOST = "host-02";
  private static final String SPARE = "host-03";

  /** Every killed node leaves dead threads behind; only other deaths are news. */
  @BeforeAll
  static void expectKilledThreads() {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      if (!(e instanceof NodeKilled)) {
        LoggerFactory.getLogger(CrashTest.class).error("{} died", thread, e);
      }
    });
  }

  @AfterAll
  static void expectThemNoMore() {
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  @Test
  void aRecoveryKilledAnywhereIsCarriedOnByAnotherNode() throws Exception {
    isCarriedOn(RecoveryMethod.AUTO, 1);
  }

  /** The spare is claimed, opened, used up and let go of across the same deaths. */
  @Test
  void soIsOneThatUsesAReservedHost() throws Exception {
    // What happens to the instances was tried above; these points are as dense among the rest.
    isCarriedOn(RecoveryMethod.RH_PRIORITY, 4);
  }

  /**
   * @param stride every point of so many
   */
  private static void isCarriedOn(RecoveryMethod method, int stride) throws Exception {
    Run undisturbed = run(method, -1);
    int points = undisturbed.points();
    // Six an instance and some of the host's own; how often the cloud is looked at depends on time.
    assertThat(points).as("points of one recovery").isGreaterThan(60);
    List<Future<Run>> runs = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      for (int point = 0; point < points; point += stride) {
        int fatal = point;
        runs.add(pool.submit(() -> run(method, fatal)));
      }
      for (int point = 0; point < points; point += stride) {
        try {
          assertThat(runs.get(point / stride).get().told())
              .as("told when killed at point " + point)
              .isEqualTo(undisturbed.told());
        } catch (ExecutionException e) {
          pool.shutdownNow();
          throw new AssertionError("killed at point " + point, e.getCause());
        }
      }
    }
  }

  /**
   * One recovery.
   *
   * @param points that the first node passed
   * @param told what everybody was told, in an order that does not depend on who was faster
   */
  private record Run(int points, List<String> told) {}

  private static Run run(RecoveryMethod method, int fatalPoint) throws Exception {
    try (Rehearsal rehearsal = new Rehearsal(MIXED)) {
      rehearsal.recoverBy(method);
      if (method == RecoveryMethod.RH_PRIORITY) {
        rehearsal.reserve(SPARE);
      }
      List<JsonNode> doomed = rehearsal.instancesOn(HOST);
      assertThat(doomed).hasSize(10);
      DoomedNode node = new DoomedNode(fatalPoint);
      rehearsal.startNode(node.around(rehearsal.cloud()), node, Rehearsal.SETTINGS);
      FailureNotification report = rehearsal.failHost(HOST);
      Rehearsal.await(
          Duration.ofSeconds(60),
          () -> node.isDead() || rehearsal.notification(report).status().isFinal());
      if (node.isDead()) {
        rehearsal.startNode();
      }
      FailureNotification end = rehearsal.awaitEnd(report);
      assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
      assertRecovered(rehearsal, report, doomed);
      if (method == RecoveryMethod.RH_PRIORITY) {
        assertThat(rehearsal.vmoves(report)).allMatch(vmove -> SPARE.equals(vmove.destHost()));
        assertThat(rehearsal.host(SPARE).isReserved()).isFalse();
        assertThat(rehearsal.claimedSpares()).isZero();
      }
      return new Run(node.points(), told(rehearsal));
    }
  }

  private static List<String> told(Rehearsal rehearsal) {
    List<Told> all = Told.all(rehearsal.testDatabase.database());
    Map<UUID, List<Told>> byAccount = all.stream().collect(Collectors.groupingBy(Told::account));
    byAccount.forEach((account, events) -> {
      for (int i = 0; i < events.size(); i++) {
        assertThat(events.get(i).sequence()).as("sequence of " + account).isEqualTo(i + 1);
      }
      if (!account.equals(AccountId.OPERATORS.value())) {
        assertThat(events).noneMatch(it -> it.toString().contains("host-0"));
      }
    });
    return all.stream()
        .map(it ->
            String.join(
                "/",
                it.account().toString(),
                it.gist(),
                it.summary(),
                it.description().replaceAll("down for .*", "down for a while."),
                Boolean.toString(it.isNotification())))
        .sorted()
        .toList();
  }

  private static void assertRecovered(
      Rehearsal rehearsal, FailureNotification report, List<JsonNode> doomed) {
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
    assertThat(rehearsal.vmoves(report))
        .hasSize(doomed.size())
        .allSatisfy(vmove -> {
          assertThat(vmove.status()).isEqualTo(VmoveStatus.SUCCEEDED);
          assertThat(vmove.message()).isNull();
          assertThat(vmove.destHost()).isNotNull().isNotEqualTo(HOST);
        });
    for (JsonNode before : doomed) {
      JsonNode after = rehearsal.instance(before.path("id").asString());
      String name = before.path("name").asString();
      assertThat(after.path("evacuations").path("accepted").asInt())
          .as("evacuations of " + name)
          .isEqualTo(1);
      assertThat(after.path("evacuations").path("while_running").asInt())
          .as("evacuations of " + name + " while its host ran it")
          .isZero();
      assertThat(after.path("locked_by")).as("lock of " + name).isEqualTo(before.path("locked_by"));
      assertThat(after.path("task_state").isNull()).as("task of " + name).isTrue();
      assertThat(after.path("vm_state").asString())
          .as("end state of " + name + ", which was " + before)
          .isEqualTo(endState(before));
    }
  }

  private static String endState(JsonNode before) {
    return switch (before.path("vm_state").asString()) {
      case "active" -> "active";
      case "error" -> "error";
      case "resized" -> before.path("power_state").asInt() == 4 ? "stopped" : "active";
      default -> "stopped";
    };
  }
}
