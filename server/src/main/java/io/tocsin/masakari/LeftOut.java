package io.tocsin.masakari;

/** Why something of the source was not brought over. */
public enum LeftOut {
  STILL_OPEN(
      false,
      "not over at the source, which is recovering it or will; import again once it has ended"),
  FROM_HERE(false, "a row of that id came into being here"),
  CHANGED_HERE(false, "it was imported before and has been changed here since; that stands"),
  DELETED_HERE(false, "it was imported before and has been deleted here since; that stands"),
  NAME_TAKEN(true, "another live row here has its name"),
  IN_USE_HERE(true, "a recovery here is using its segment; import again once that has ended"),
  NO_SEGMENT(true, "its segment is not here"),
  HOST_FORGOTTEN(false, "its host is gone and it names no segment, so it belongs nowhere"),
  UNREADABLE(true, "it cannot be read"),
  GONE_MEANWHILE(false, "it was deleted at the source during the import"),
  NOT_TOLD(false, "the source answered with an error; asked again at the next import"),
  NOT_ASKED(false, "not asked for; a later import can bring it"),
  EARLIER_TRY(false, "the same instance has a later move in the same recovery");

  private final boolean isProblem;
  private final String text;

  LeftOut(boolean isProblem, String text) {
    this.isProblem = isProblem;
    this.text = text;
  }

  /** Somebody has to do something about it. */
  public boolean isProblem() {
    return isProblem;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
