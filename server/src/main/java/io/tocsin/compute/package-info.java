/** What we ask of a cloud: a small interface, its records, and the Nova client behind it. */
@NullMarked
package io.tocsin.compute;

import org.jspecify.annotations.NullMarked;
