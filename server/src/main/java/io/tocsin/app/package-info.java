/** The parts list: builds every object, starts and stops them in order; settings. Sees all. */
@NullMarked
package io.tocsin.app;

import org.jspecify.annotations.NullMarked;
