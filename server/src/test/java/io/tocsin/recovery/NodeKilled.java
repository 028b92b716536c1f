package io.tocsin.recovery;

/** The node is dead: an Error, since nothing in the engine may survive it. */
final class NodeKilled extends Error {
  private static final long serialVersionUID = 1;

  NodeKilled() {
    super("killed", null, false, false);
  }
}
