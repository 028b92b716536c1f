package io.tocsin.recovery;

/** What an operator wants of a running recovery; its holder hears it with a heartbeat. */
enum Order {
  GO_ON,
  /** No other instance, until somebody resumes it. */
  PAUSE,
  /** No other instance, and then the end. */
  CANCEL
}
