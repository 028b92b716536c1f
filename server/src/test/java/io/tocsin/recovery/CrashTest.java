package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.simulator.RegionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Kills the node at every commit and every outside call of a host recovery, before and after each,
 * and lets another node carry on. Promises P3, P4 and P5.
 */
class CrashTest {
  private static final int SIDE_BY_SIDE = 4;
  private static final RegionSpec MIXED = new RegionSpec(3, 30);
  private static final String HOST = "host-02";

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
    int points = run(-1);
    // Six an instance and some of the host's own; how often the cloud is looked at depends on time.
    assertThat(points).as("points of one recovery").isGreaterThan(60);
    List<Future<Integer>> runs = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      for (int point = 0; point < points; point++) {
        int fatal = point;
        runs.add(pool.submit(() -> run(fatal)));
      }
      for (int point = 0; point < points; point++) {
        try {
          runs.get(point).get();
        } catch (ExecutionException e) {
          pool.shutdownNow();
          throw new AssertionError("killed at point " + point, e.getCause());
        }
      }
    }
  }

  /** Answers how many points the first node passed. */
  private static int run(int fatalPoint) throws Exception {
    try (Rehearsal rehearsal = new Rehearsal(MIXED)) {
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
      return node.points();
    }
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
