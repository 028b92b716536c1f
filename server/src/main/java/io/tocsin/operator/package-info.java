/** The operators' API on the wire: what recoveries do and why, and the handles to intervene. */
@NullMarked
package io.tocsin.operator;

import org.jspecify.annotations.NullMarked;
