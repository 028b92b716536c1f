/**
 * Coming from Masakari: reads a running one over its API and brings its rows here, and translates
 * its configuration.
 */
@NullMarked
package io.tocsin.masakari;

import org.jspecify.annotations.NullMarked;
