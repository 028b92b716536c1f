/** Instance HA v1 on the wire: one resource class per noun, records, microversions, faults. */
@NullMarked
package io.tocsin.instanceha;

import org.jspecify.annotations.NullMarked;
