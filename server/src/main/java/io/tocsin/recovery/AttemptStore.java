package io.tocsin.recovery;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code recovery_attempt}: who worked at a recovery, when, and what came of it. */
final class AttemptStore {
  private AttemptStore() {}

  static void begin(Handle tx, NodeId node, List<Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            insert into recovery_attempt (recovery_id, epoch, attempt, node)
            select recovery_id, epoch, attempt, :node
            from unnest(:recoveries, :epochs, :attempts) as claimed(recovery_id, epoch, attempt)
            """)
        .bind("node", node.value())
        .bindArray("recoveries", Long.class, claims.stream().map(Claim::recovery).toList())
        .bindArray("epochs", Long.class, claims.stream().map(Claim::epoch).toList())
        .bindArray("attempts", Integer.class, claims.stream().map(Claim::attempt).toList())
        .execute();
  }

  /**
   * @param outcome one word
   */
  static void end(Handle tx, Claim claim, String outcome, @Nullable String reason) {
    tx.createUpdate(
            """
            update recovery_attempt
            set ended_at = clock_timestamp(), outcome = :outcome, reason = :reason
            where recovery_id = :recovery and epoch = :epoch
            """)
        .bind("outcome", outcome)
        .bind("reason", reason)
        .bind("recovery", claim.recovery())
        .bind("epoch", claim.epoch())
        .execute();
  }
}
