package io.tocsin.recovery;

import java.util.List;

/**
 * What a host recovery will do, in the order in which it will: the first move is the most
 * important. A value; computing it has no effect.
 */
record Plan(List<PlannedMove> moves) {
  Plan {
    moves = List.copyOf(moves);
  }

  List<PlannedMove> toMove() {
    return moves.stream().filter(PlannedMove::isToMove).toList();
  }

  List<PlannedMove> left() {
    return moves.stream().filter(move -> !move.isToMove()).toList();
  }
}
