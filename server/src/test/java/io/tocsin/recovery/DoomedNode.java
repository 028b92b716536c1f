package io.tocsin.recovery;

import io.tocsin.compute.Cloud;
import io.tocsin.store.CommitObserver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the commits and outside calls of a node and kills it at one of them: from that point on it
 * neither commits nor calls. Each commit and each call has two points, before and after.
 */
final class DoomedNode implements CommitObserver {
  private final int fatalPoint;
  private final AtomicInteger points = new AtomicInteger();
  private volatile boolean isDead;

  /**
   * @param fatalPoint counted from 0; negative for a node that lives
   */
  DoomedNode(int fatalPoint) {
    this.fatalPoint = fatalPoint;
  }

  boolean isDead() {
    return isDead;
  }

  int points() {
    return points.get();
  }

  private void pass() {
    if (isDead) {
      throw new NodeKilled();
    }
    if (points.getAndIncrement() == fatalPoint) {
      isDead = true;
      throw new NodeKilled();
    }
  }

  @Override
  public void beforeCommit() {
    pass();
  }

  @Override
  public void afterCommit() {
    pass();
  }

  Cloud around(Cloud cloud) {
    return (Cloud)
        Proxy.newProxyInstance(
            Cloud.class.getClassLoader(),
            new Class<?>[] {Cloud.class},
            (_, method, arguments) -> {
              if (method.getName().equals("guardedBy")) {
                return around(cloud.guardedBy((Runnable) arguments[0]));
              }
              pass();
              try {
                Object answer = method.invoke(cloud, arguments);
                pass();
                return answer;
              } catch (InvocationTargetException e) {
                pass();
                throw e.getCause();
              }
            });
  }
}
