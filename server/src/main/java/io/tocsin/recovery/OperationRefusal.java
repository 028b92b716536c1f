package io.tocsin.recovery;

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
}
