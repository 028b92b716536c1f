package io.tocsin.feed;

import io.tocsin.identity.AccountId;

/** An event on its way into an account. */
public record Publication(AccountId account, EventContent content) {}
