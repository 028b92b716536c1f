package io.tocsin.identity;

/**
 * Who shows a bearer token.
 *
 * @param grant what the token by itself is good for
 */
public record Principal(UserId user, String name, Grant grant) {}
