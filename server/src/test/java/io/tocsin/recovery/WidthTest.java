package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.compute.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WidthTest {
  private final Width width = new Width(1);
  private final List<String> admitted = Collections.synchronizedList(new ArrayList<>());

  private static PlannedMove move(String name, boolean isHaEnabled, int priority, int ram) {
    return new PlannedMove(
        new ServerId(UUID.nameUUIDFromBytes(new byte[] {(byte) priority})),
        name,
        "active",
        null,
        1,
        false,
        isHaEnabled,
        priority,
        1,
        ram,
        null,
        null);
  }

  private Thread waiting(PlannedMove move) {
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                width.acquire(move);
                admitted.add(move.name());
                width.release();
              } catch (InterruptedException _) {
                admitted.add("interrupted " + move.name());
              }
            });
    Waiting.until(() -> thread.getState() == Thread.State.WAITING);
    return thread;
  }

  @Test
  void givesTheNextPlaceToTheMostImportant() throws InterruptedException {
    width.acquire(move("first", false, 0, 1));
    List<Thread> threads =
        List.of(
            waiting(move("plain", false, 0, 512)),
            waiting(move("plain and large", false, 0, 2048)),
            waiting(move("plain and urgent", false, 5, 512)),
            waiting(move("marked", true, 0, 512)),
            waiting(move("marked and urgent", true, 5, 512)));
    width.release();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted)
        .containsExactly(
            "marked and urgent", "marked", "plain and urgent", "plain and large", "plain");
  }

  @Test
  void losesNoPlaceToSomebodyWhoGaveUpWaiting() throws InterruptedException {
    width.acquire(move("first", false, 0, 1));
    Thread gaveUp = waiting(move("gave up", true, 0, 1));
    Thread patient = waiting(move("patient", false, 0, 1));
    gaveUp.interrupt();
    gaveUp.join();
    width.release();
    patient.join();
    assertThat(admitted).containsExactly("interrupted gave up", "patient");
  }
}
