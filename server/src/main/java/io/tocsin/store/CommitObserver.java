package io.tocsin.store;

/** Told around each commit; tests use it to die there. What it throws reaches the caller. */
public interface CommitObserver {
  void beforeCommit();

  void afterCommit();

  /** Nobody is watching. */
  CommitObserver NONE =
      new CommitObserver() {
        @Override
        public void beforeCommit() {}

        @Override
        public void afterCommit() {}
      };
}
