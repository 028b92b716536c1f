package io.tocsin.identity;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What Keystone's usual roles are in the account of their project. */
final class KeystoneRoles {
  private KeystoneRoles() {}

  /** The highest that one of them stands for; empty where none stands for any. */
  static Optional<Role> highest(Collection<String> names) {
    return names.stream().flatMap(KeystoneRoles::role).max(Comparator.naturalOrder());
  }

  /** Keystone does not mind the case of names either. */
  private static Stream<Role> role(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "reader" -> Stream.of(Role.VIEWER);
      case "member", "_member_" -> Stream.of(Role.MEMBER);
      case "manager" -> Stream.of(Role.ADMIN);
      case "admin" -> Stream.of(Role.OWNER);
      default -> Stream.empty();
    };
  }
}
