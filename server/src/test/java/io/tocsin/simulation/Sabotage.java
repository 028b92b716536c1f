package io.tocsin.simulation;

import io.tocsin.compute.Cloud;
import io.tocsin.simulation.NodeDatabase.Fate;

/** Ways to break the engine on purpose, to see that a simulation notices. */
enum Sabotage {
  NONE;

  Cloud around(Cloud cloud, World world) {
    return cloud;
  }

  boolean keepsHeartsBeating() {
    return false;
  }

  Fate nextCommit(World world) {
    return Fate.GOES_WELL;
  }
}
