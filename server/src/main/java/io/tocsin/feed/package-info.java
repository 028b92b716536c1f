/**
 * Events: one gap-free sequence per account, what of it somebody may see, and what they have read.
 */
@NullMarked
package io.tocsin.feed;

import org.jspecify.annotations.NullMarked;
