package io.tocsin.failover;

/** What became of a report, for counting. */
enum ReportResult {
  ACCEPTED,
  DUPLICATE,
  ON_MAINTENANCE,
  UNKNOWN_HOST,
  /** It holds what the database cannot. */
  INVALID,
  /** Too many waited already. */
  BUSY,
  /** The database could not say; it may be stored. */
  UNAVAILABLE
}
