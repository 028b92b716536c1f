package io.tocsin.instanceha;

/** One thing a caller can do. Throws what {@link Faults} knows how to word. */
@FunctionalInterface
interface Operation {
  Reply run(Call call);
}
