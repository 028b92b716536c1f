/** Segments, hosts, failure notifications, and their intake. */
@NullMarked
package io.tocsin.failover;

import org.jspecify.annotations.NullMarked;
