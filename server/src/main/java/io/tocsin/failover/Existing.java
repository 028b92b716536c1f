package io.tocsin.failover;

import io.tocsin.failover.Imported.Obstacle;

/**
 * A row that is here under the id of a row of another server.
 *
 * @param isPlaceholder it only stands for something that its source no longer shows
 * @param isUntouched nobody has changed it here since it was imported
 */
record Existing<T>(
    T row, boolean isLive, boolean isImported, boolean isPlaceholder, boolean isUntouched) {
  /**
   * What to do about it, as far as the row itself tells.
   *
   * @param isAsAtSource whether the source shows the same
   */
  Imported verdict(boolean isAsAtSource) {
    if (!isImported) {
      return new Imported.Left(Obstacle.FROM_HERE, "");
    }
    if (isPlaceholder) {
      return new Imported.Changed();
    }
    if (!isLive) {
      return new Imported.Left(Obstacle.DELETED_HERE, "");
    }
    if (isAsAtSource) {
      return new Imported.Same();
    }
    return isUntouched ? new Imported.Changed() : new Imported.Left(Obstacle.CHANGED_HERE, "");
  }
}
