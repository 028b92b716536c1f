package io.tocsin.recovery;

import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Takes the history of recoveries over from another server. */
public final class HistoryImport {
  /**
   * Writes in the caller's transaction what these recoveries, by their notifications' numbers, did;
   * what is here already stays. They are over, and stay so.
   *
   * @return how many vmoves were not here
   */
  public int write(Handle tx, Map<Long, PastRecovery> recoveries) {
    HistoryImportStore.writeSteps(tx, recoveries);
    return HistoryImportStore.writeVmoves(tx, recoveries);
  }
}
