package io.tocsin.identity;

import org.jspecify.annotations.Nullable;

/** What is to change about an account; null keeps what is there. */
public record AccountChange(@Nullable String name, @Nullable Boolean isEnabled) {}
