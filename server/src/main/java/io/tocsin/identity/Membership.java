package io.tocsin.identity;

/** What somebody is in one account, of all their bindings there taken together. */
public record Membership(Role role, ResourceScope scope) {}
