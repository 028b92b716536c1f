/**
 * Manners shared by everything that speaks to OpenStack: one call with a time limit on the whole of
 * it, one adaptive limit of calls in flight, one rule for repeating, and one session with Keystone
 * for the tokens and the catalog.
 *
 * <p>Of the services the room knows Keystone alone. It never says more than it knows: a call ends
 * with an answer, or with a {@link io.tocsin.openstack.CallFailure} that tells "it did not go out"
 * from "it went out and nobody answered", and both from "we have no standing there".
 */
@NullMarked
package io.tocsin.openstack;

import org.jspecify.annotations.NullMarked;
