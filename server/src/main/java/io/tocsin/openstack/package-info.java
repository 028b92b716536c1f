/** HTTP manners shared by everything that speaks to OpenStack: calls, limits, retries. */
@NullMarked
package io.tocsin.openstack;

import org.jspecify.annotations.NullMarked;
