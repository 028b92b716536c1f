package io.tocsin.recovery;

/** How one attempt at a recovery ended. */
sealed interface Outcome {
  /** All is done, or there was nothing to do; {@code remark} says which where it is not plain. */
  record Finished(String remark) implements Outcome {}

  /** Not acted on, and why. */
  record Ignored(String reason) implements Outcome {}

  /** Not all could be done. Another attempt follows until the limit is reached. */
  record Failed(String reason) implements Outcome {}

  /** The cloud could not be asked. Another attempt follows, and this one does not count. */
  record Postponed(String reason) implements Outcome {}

  Outcome FINISHED = new Finished("");
}
