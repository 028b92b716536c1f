package io.tocsin.identity;

/** Why the directory said no. {@link #outside()} is a text, fit for any client. */
public sealed interface DirectoryRefusal {
  /** What the client is told. */
  String outside();

  /** The thing asked for does not exist in that account. */
  record NotFound(String outside) implements DirectoryRefusal {}

  /** It clashes with what is stored. */
  record Conflict(String outside) implements DirectoryRefusal {}

  /** The request can never succeed as it is. */
  record Invalid(String outside) implements DirectoryRefusal {}

  /** It would give or take what is above the actor's own role. */
  record Forbidden(String outside) implements DirectoryRefusal {}
}
