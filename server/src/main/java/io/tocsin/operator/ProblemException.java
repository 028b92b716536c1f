package io.tocsin.operator;

import java.util.List;

/** Ends a request with a problem. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem problem;
  private final String detail;
  private final transient List<Reason> reasons;

  ProblemException(Problem problem, String detail, List<Reason> reasons) {
    super(detail, null, false, false);
    this.problem = problem;
    this.detail = detail;
    this.reasons = List.copyOf(reasons);
  }

  Problem problem() {
    return problem;
  }

  String detail() {
    return detail;
  }

  List<Reason> reasons() {
    return reasons;
  }
}
