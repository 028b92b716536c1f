/** Planner, executor, steps, vmoves, leases. */
@NullMarked
package io.tocsin.recovery;

import org.jspecify.annotations.NullMarked;
