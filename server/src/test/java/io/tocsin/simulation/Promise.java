package io.tocsin.simulation;

/** What the engine promises (docs/architecture.md), as far as a simulation can see it. */
enum Promise {
  P1("an accepted report is stored"),
  P2("no instance is evacuated before its host is known to be dead"),
  P3("one failure causes one recovery, and nobody disturbs it"),
  P4("every accepted report reaches its end by itself, soon"),
  P5("each instance ends in one final vmove that tells the truth"),
  P6("feeds have no gaps"),
  P7("owners hear of their own instances alone"),
  P8("nothing that may happen is met as a bug"),
  P9("what was decided can be explained afterwards");

  private final String text;

  Promise(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** A promise that turned out not to be kept. */
  record Broken(Promise promise, String what) {
    @Override
    public String toString() {
      return promise + " (" + promise.text() + "): " + what;
    }
  }
}
