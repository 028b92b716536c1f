package io.tocsin.identity;

import io.tocsin.store.Secret;

/**
 * A token that was just made.
 *
 * @param secret what its user shows from now on; it can be had here and never again
 */
public record IssuedApiToken(ApiToken token, Secret secret) {}
