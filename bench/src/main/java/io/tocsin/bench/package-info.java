/** Measures the server: each bench drives it as a client would and prints a table of ratios. */
@NullMarked
package io.tocsin.bench;

import org.jspecify.annotations.NullMarked;
