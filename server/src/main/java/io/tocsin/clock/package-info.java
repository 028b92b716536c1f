/**
 * Time as the code sees it: now, elapsed, sleep, deadlines, and whether loops still turn. The one
 * room that asks the machine.
 */
@NullMarked
package io.tocsin.clock;

import org.jspecify.annotations.NullMarked;
