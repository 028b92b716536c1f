package io.tocsin.accounts;

import java.util.List;

/** Ends a request with a problem. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem problem;
  private final transient List<Reason> reasons;

  ProblemException(Problem problem, List<Reason> reasons) {
    super(problem.title(), null, false, false);
    this.problem = problem;
    this.reasons = List.copyOf(reasons);
  }

  Problem problem() {
    return problem;
  }

  List<Reason> reasons() {
    return reasons;
  }
}
