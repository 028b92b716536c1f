/**
 * The recovery engine on a virtual clock, against the simulated cloud and a real PostgreSQL, with
 * everything that can go wrong drawn from a seed. docs/simulation.md tells what it is good for.
 *
 * <p>The idea: all threads of a world are virtual and run on one executor of ours, one at a time,
 * the next one chosen by the seed ({@link io.tocsin.simulation.Loop}). What waits for time waits on
 * our clock, which moves when nobody can do anything else. So a run depends on its seed alone, and
 * minutes of it pass within the time the database needs for its statements.
 */
@NullMarked
package io.tocsin.simulation;

import org.jspecify.annotations.NullMarked;
