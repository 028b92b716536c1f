package io.tocsin.failover;

/** Words the refusal to touch what an open notification needs (Instance HA spec §9.6). */
final class InUse {
  private InUse() {}

  static RefusedException refusal(String subject, String verb) {
    return new RefusedException(
        new Refusal.Conflict(
            subject + " can't be " + verb + " as it is in-use to process notifications."));
  }
}
