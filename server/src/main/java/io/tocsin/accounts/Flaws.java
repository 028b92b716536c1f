package io.tocsin.accounts;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a body, sorted by how the contract tells it (Astra spec §9.1): against the
 * schema, against the rules beyond it, in conflict with what cannot change. Only the first kind
 * that there is gets told.
 */
final class Flaws {
  /** So many are told of at most. */
  static final int MAX_TOLD = 32;

  /** Names are the caller's, and may be long. */
  private static final int MAX_NAME_LENGTH = 100;

  private final List<Reason> againstSchema = new ArrayList<>();
  private final List<Reason> againstRules = new ArrayList<>();
  private final List<Reason> conflicts = new ArrayList<>();

  void againstSchema(String name, String reason) {
    add(againstSchema, name, reason);
  }

  void againstRules(String name, String reason) {
    add(againstRules, name, reason);
  }

  void conflict(String name, String reason) {
    add(conflicts, name, reason);
  }

  /** Ends the request if there are any. */
  void throwIfAny() {
    throwIfAny(Problem.AGAINST_SCHEMA, againstSchema);
    throwIfAny(Problem.AGAINST_RULES, againstRules);
    throwIfAny(Problem.CONFLICT, conflicts);
  }

  private static void throwIfAny(Problem problem, List<Reason> reasons) {
    if (!reasons.isEmpty()) {
      throw problem.asException(reasons);
    }
  }

  private static void add(List<Reason> reasons, String name, String reason) {
    if (reasons.size() < MAX_TOLD) {
      reasons.add(new Reason(shortened(name), reason));
    }
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= MAX_NAME_LENGTH
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MAX_NAME_LENGTH)) + "…";
  }
}
