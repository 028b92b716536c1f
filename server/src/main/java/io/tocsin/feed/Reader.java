package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;

/** Somebody who looks at an account's events; they see what their role and its scope let them. */
public record Reader(AccountId account, UserId user, Role role, ResourceScope scope) {}
