package io.tocsin.recovery;

/**
 * What clients see of a step. Masakari also knows REVERTED, shown for whatever did not succeed;
 * nothing is ever undone, so we say FAILURE (weakness W36).
 */
enum StepState {
  RUNNING,
  SUCCESS,
  FAILURE
}
