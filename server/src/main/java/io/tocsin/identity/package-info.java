/** Who is calling, and what they may do. */
@NullMarked
package io.tocsin.identity;

import org.jspecify.annotations.NullMarked;
