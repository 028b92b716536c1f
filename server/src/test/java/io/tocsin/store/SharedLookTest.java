package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedLookTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Set<String>> looks = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> there = new ConcurrentHashMap<>(Map.of("a", 1, "b", 2));
  private final Semaphore mayLook = new Semaphore(0);

  private final SharedLook<String, Integer> look =
      new SharedLook<>(
          Clock.system(),
          keys -> {
            looks.add(new TreeSet<>(keys));
            mayLook.acquireUninterruptibly();
            if (keys.contains("broken")) {
              throw new IllegalStateException("no look");
            }
            Map<String, Integer> found = new HashMap<>(there);
            found.keySet().retainAll(keys);
            return found;
          });

  @AfterEach
  void close() {
    mayLook.release(100); // so that a failed test ends too
    callers.close();
  }

  @Test
  void whoAsksDuringALookSharesTheNextAndSeesWhatCameMeanwhile() throws Exception {
    Future<Optional<Integer>> first = callers.submit(() -> look.find("a"));
    Waiting.until(() -> looks.size() == 1);
    there.put("c", 3);
    List<Future<Optional<Integer>>> others = new ArrayList<>();
    for (String key : List.of("b", "c", "c", "d")) {
      int waiting = others.size();
      others.add(callers.submit(() -> look.find(key)));
      Waiting.until(() -> look.waiting() == waiting + 1);
    }

    mayLook.release(2);

    assertThat(first.get()).contains(1);
    assertThat(others.get(0).get()).contains(2);
    assertThat(others.get(1).get()).contains(3);
    assertThat(others.get(2).get()).contains(3);
    assertThat(others.get(3).get()).isEmpty();
    assertThat(looks).containsExactly(Set.of("a"), Set.of("b", "c", "d"));
  }

  @Test
  void aLookThatFailsFailsForThoseWhoShareItAndForNobodyElse() {
    mayLook.release(2);

    assertThatThrownBy(() -> look.find("broken")).hasMessage("no look");
    assertThat(look.find("a")).contains(1);
  }
}
