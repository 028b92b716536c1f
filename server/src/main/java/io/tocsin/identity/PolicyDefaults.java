package io.tocsin.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules there are, and what they say unless a file says otherwise (Instance HA spec §5). */
final class PolicyDefaults {
  static final String CONTEXT_IS_ADMIN = "context_is_admin";

  /** What the names of rules about the API begin with. */
  static final String API = "os_masakari_api:";

  /** What the names of rules that Masakari does not have begin with. */
  static final String OURS = "tocsin:";

  /** Who owns the operators' account. */
  static final String OPERATORS = OURS + "operators";

  /** Name to text, in the order in which they are shown. */
  static final Map<String, String> RULES = rules();

  private PolicyDefaults() {}

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put(CONTEXT_IS_ADMIN, "role:admin");
    rules.put("admin_or_owner", "is_admin:True or project_id:%(project_id)s");
    rules.put("admin_api", "is_admin:True");
    add(rules, "segments", List.of("index", "detail", "create", "update", "delete"));
    add(rules, "os-hosts", List.of("index", "detail", "create", "update", "delete"));
    add(rules, "notifications", List.of("index", "detail", "create"));
    add(rules, "vmoves", List.of("index", "detail"));
    add(rules, "extensions", List.of("index", "detail"));
    rules.put(API + "versions:index", "@");
    rules.put(API + "versions:discoverable", "@");
    rules.put(OPERATORS, "rule:" + CONTEXT_IS_ADMIN);
    return rules;
  }

  /** Whether a rule of that name is asked about, if it exists; others are for rules to refer to. */
  static boolean isAskedAbout(String name) {
    return name.startsWith(API) || name.startsWith(OURS);
  }

  private static void add(Map<String, String> rules, String noun, List<String> actions) {
    actions.forEach(action -> rules.put(API + noun + ":" + action, "rule:admin_api"));
    rules.put(API + noun + ":discoverable", "rule:admin_api");
  }
}
