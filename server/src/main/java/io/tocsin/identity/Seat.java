package io.tocsin.identity;

/** Somebody in an account. */
record Seat(AccountId account, UserId user) {}
