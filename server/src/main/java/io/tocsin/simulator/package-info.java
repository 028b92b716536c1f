/** A cloud that speaks Nova over HTTP and can be told to misbehave. */
@NullMarked
package io.tocsin.simulator;

import org.jspecify.annotations.NullMarked;
