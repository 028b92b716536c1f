package io.tocsin.identity;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the constraints of role bindings (Astra spec §8.5). */
final class RoleConstraints {
  private static final String EVERYTHING = "*";

  /** A namespace, or the namespace and what is below it; to us both are the same. */
  private static final Pattern NAMESPACE = Pattern.compile("namespaces:id='([^']*)'(\\.\\*)?");

  private RoleConstraints() {}

  /** What all of them together leave; forms that we do not understand grant nothing. */
  static ResourceScope scope(Collection<String> constraints) {
    if (constraints.contains(EVERYTHING)) {
      return ResourceScope.EVERYTHING;
    }
    Set<UUID> namespaces = new HashSet<>();
    for (String constraint : constraints) {
      Matcher matcher = NAMESPACE.matcher(constraint);
      if (matcher.matches()) {
        Identifiers.parse(matcher.group(1)).ifPresent(namespaces::add);
      }
    }
    return new ResourceScope.Namespaces(namespaces);
  }
}
