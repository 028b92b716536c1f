package io.tocsin.identity;

import org.jspecify.annotations.Nullable;

/** What is to change about a user, in all accounts; null keeps what is there. */
public record UserChange(
    @Nullable String name, @Nullable Boolean isEnabled, @Nullable UserState state) {}
