package io.tocsin.feed;

import java.time.Instant;
import java.util.UUID;

/**
 * An event as it stands in its account.
 *
 * @param sequence its place: from 1, without gaps, visible in order
 * @param id of the event; notifications and unread marks have ids of their own, see {@link View}
 * @param createdAt whole seconds
 */
public record Event(long sequence, UUID id, Instant createdAt, EventContent content) {}
