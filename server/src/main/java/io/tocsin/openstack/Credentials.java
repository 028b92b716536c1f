package io.tocsin.openstack;

import io.tocsin.store.Secret;

/** What we log on to Keystone with. */
public sealed interface Credentials {
  /** A user's password, for a token scoped to a project. */
  record Password(Subject user, Secret password, Subject project) implements Credentials {}

  /** An application credential, whose user and project Keystone knows. */
  record ApplicationCredential(String id, Secret secret) implements Credentials {}

  /** A user or a project. */
  sealed interface Subject {
    /** Ids are unique in all domains. */
    record ById(String id) implements Subject {}

    /** Names are unique in a domain. */
    record ByName(String name, Domain domain) implements Subject {}
  }

  /** A domain. */
  sealed interface Domain {
    record ById(String id) implements Domain {}

    record ByName(String name) implements Domain {}
  }
}
