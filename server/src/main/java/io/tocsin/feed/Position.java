package io.tocsin.feed;

import org.jspecify.annotations.Nullable;

/**
 * The place of one event in an ordered list, which stays what it is when the event has gone.
 *
 * @param key the value of the order's field, as the store writes it; null where the event has none
 */
public record Position(@Nullable String key, long sequence) {}
