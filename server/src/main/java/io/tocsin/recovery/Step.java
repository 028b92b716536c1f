package io.tocsin.recovery;

import io.tocsin.compute.CloudException;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * One named, idempotent action of a recovery, writing down what it does. A step taken up again
 * after a crash finds what it had said before; {@link #wasDone} tells that it had ended well.
 */
final class Step {
  private final Lease lease;
  private final StepStore.Row row;

  private Step(Lease lease, StepStore.Row row) {
    this.lease = lease;
    this.row = row;
  }

  /** Begins the step, or takes it up again; the message is said only at the first beginning. */
  static Step begin(Lease lease, String name, String message) {
    return new Step(
        lease,
        lease.write(tx -> {
          StepStore.Row row = StepStore.begin(tx, lease.claim(), name);
          if (row.isNew()) {
            StepStore.say(tx, row.id(), 0.0, message);
          }
          return row;
        }));
  }

  /** It was begun by somebody who did not come to its end, or who did. */
  boolean wasBegun() {
    return !row.isNew();
  }

  /** It had already ended well in this attempt. */
  boolean wasDone() {
    return row.state() == StepState.SUCCESS;
  }

  void say(double progress, String message) {
    lease.write(tx -> {
      StepStore.say(tx, row.id(), progress, message);
      return message;
    });
  }

  /** Says it as part of a transaction that changes more. */
  void say(Handle tx, double progress, String message) {
    StepStore.say(tx, row.id(), progress, message);
  }

  void succeed(String message) {
    end(StepState.SUCCESS, message);
  }

  void fail(String message) {
    end(StepState.FAILURE, message);
  }

  /** Runs the step's body; when it fails, the step says why before the attempt ends. */
  <T> T attempt(Supplier<T> body) {
    try {
      return body.get();
    } catch (CloudException e) {
      fail(e.failure().text());
      throw e;
    } catch (ImpossibleException e) {
      fail(e.getMessage());
      throw e;
    }
  }

  /** Ends as part of a transaction that changes more. */
  void end(Handle tx, StepState state, String message) {
    StepStore.say(tx, row.id(), 1.0, message);
    StepStore.end(tx, row.id(), state);
  }

  private void end(StepState state, String message) {
    lease.write(tx -> {
      end(tx, state, message);
      return state;
    });
  }
}
