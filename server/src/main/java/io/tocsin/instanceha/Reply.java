package io.tocsin.instanceha;

/** The outcome of an operation: a status and its document. */
record Reply(int status, Document document) {
  static Reply ok(Document document) {
    return new Reply(200, document);
  }

  /** Done, and there is nothing to show. */
  static Reply nothing() {
    return new Reply(204, _ -> {});
  }
}
