package io.tocsin.identity;

import org.jspecify.annotations.Nullable;

/** What a token is good for. */
public sealed interface Scope {
  /**
   * One project.
   *
   * @param isAdminProject whether Keystone calls it the cloud's administrative project; true where
   *     Keystone does not say
   */
  record Project(String id, @Nullable String domainId, boolean isAdminProject) implements Scope {}

  /** One domain. */
  record Domain(String id) implements Scope {}

  /** The whole system. */
  record Everything() implements Scope {}

  /** Nothing yet: the token only says who somebody is. */
  record Nothing() implements Scope {}
}
