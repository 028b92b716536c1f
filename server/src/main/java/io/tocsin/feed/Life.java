package io.tocsin.feed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the events of an account stay.
 *
 * @param standard of events that do not say; null: as long as the longest allows
 * @param longest what says more is cut to it; null: no end
 */
public record Life(@Nullable Duration standard, @Nullable Duration longest) {
  public static final Life UNLIMITED = new Life(null, null);
}
