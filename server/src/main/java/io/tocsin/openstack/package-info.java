/**
 * HTTP manners shared by everything that speaks to OpenStack: one call with a time limit on the
 * whole of it, one adaptive limit of calls in flight, one rule for repeating.
 *
 * <p>The room knows HTTP and the shape of OpenStack's error bodies, no service. It never says more
 * than it knows: a call ends with an answer, or with a {@link io.tocsin.openstack.CallFailure} that
 * tells "it did not go out" from "it went out and nobody answered".
 */
@NullMarked
package io.tocsin.openstack;

import org.jspecify.annotations.NullMarked;
