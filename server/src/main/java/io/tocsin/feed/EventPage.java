package io.tocsin.feed;

import org.jspecify.annotations.Nullable;

/**
 * What a look at a list came to, besides the events themselves.
 *
 * @param count all that match; null when it was not asked for
 * @param next where the list goes on; null when nothing follows
 */
public record EventPage(@Nullable Long count, @Nullable Position next) {}
