package io.tocsin.identity;

import java.time.Instant;

/** Users who get roles in one account together. */
public record Group(
    GroupId id, AccountId account, String name, Instant createdAt, UserId createdBy) {}
