package io.tocsin.feed;

/** The database would have to look at more than it may in the time there is. */
public final class TooBroadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int seconds;

  TooBroadException(int seconds, Throwable cause) {
    super("A look at a feed took longer than %d s".formatted(seconds), cause);
    this.seconds = seconds;
  }

  /** How long it was let work. */
  public int seconds() {
    return seconds;
  }
}
