package io.tocsin.recovery;

import io.tocsin.compute.CloudFailure;

/** Why what an operator asked for was not done. {@link #outside()} is a text fit for any client. */
public sealed interface OperationRefusal {
  /** What the client is told. */
  String outside();

  /** What it is about does not exist. */
  record NotFound(String outside) implements OperationRefusal {}

  /** It does not go with how things stand: ended, running, not held. */
  record Conflict(String outside) implements OperationRefusal {}

  /**
   * It can never be done as it was asked for.
   *
   * @param name the part of the request that is wrong
   */
  record Invalid(String name, String outside) implements OperationRefusal {}

  /**
   * A list is asked for by what does not exist.
   *
   * @param name of the parameter
   */
  record Unknown(String name, String outside) implements OperationRefusal {}

  /** The cloud says no; the text is the cloud's. Nothing was changed here. */
  record CloudRefused(String outside) implements OperationRefusal {}

  /** The cloud cannot be asked now. Nothing was changed here. */
  record CloudAway(String outside) implements OperationRefusal {}

  /** What it means to the operator that the cloud gave no result. */
  static OperationRefusal of(CloudFailure failure) {
    String text = EventText.cut(failure.text(), EventText.MAX_DESCRIPTION);
    return switch (failure) {
      case CloudFailure.Refused _, CloudFailure.NotFound _, CloudFailure.Conflict _ ->
          new CloudRefused(text);
      case CloudFailure.Unavailable _, CloudFailure.Unreachable _, CloudFailure.Unanswered _ ->
          new CloudAway(text);
    };
  }
}
