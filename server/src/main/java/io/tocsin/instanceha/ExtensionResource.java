package io.tocsin.instanceha;

import io.tocsin.identity.Caller;
import io.tocsin.identity.Policy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * What the original calls extensions: a fixed list, sorted by alias, of which a caller sees what
 * the policy lets them discover (Instance HA spec §3.5).
 */
final class ExtensionResource implements Resource {
  private record Extension(String name, String alias, String description) implements Document {
    @Override
    public void write(JsonGenerator json) {
      json.writeStartObject();
      json.writeStringProperty("name", name);
      json.writeStringProperty("alias", alias);
      json.writeStringProperty("description", description);
      json.writeStringProperty("namespace", "");
      json.writeStringProperty("updated", "");
      json.writeArrayPropertyStart("links");
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static final List<Extension> EXTENSIONS =
      List.of(
          new Extension("Extensions", "extensions", "Extension information."),
          new Extension("Notifications", "notifications", "Notifications support."),
          new Extension("Hosts", "os-hosts", "Hosts controller"),
          new Extension("Segments", "segments", "Segments Extension."),
          new Extension("Versions", "versions", "API Version information."),
          new Extension("vmoves", "vmoves", "vmoves controller"));

  private final Policy policy;

  ExtensionResource(Policy policy) {
    this.policy = policy;
  }

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(
        Action.INDEX,
        Operation.allowedBy("os_masakari_api:extensions:index", this::list),
        Action.SHOW,
        Operation.allowedBy("os_masakari_api:extensions:detail", this::show));
  }

  private Reply list(Call call) {
    return Reply.ok(Document.listUnder("extensions", discoverable(call.caller()).toList()));
  }

  private Reply show(Call call) {
    Extension extension =
        discoverable(call.caller())
            .filter(it -> it.alias().equals(call.path("alias")))
            .findFirst()
            .orElseThrow(() -> new Fault(404, Fault.NOT_FOUND).asException());
    return Reply.ok(Document.under("extension", extension));
  }

  private Stream<Extension> discoverable(Caller caller) {
    return EXTENSIONS.stream()
        .filter(it ->
            policy
                .check(
                    "os_masakari_api:%s:discoverable".formatted(it.alias()),
                    caller,
                    caller.target())
                .isAllowed());
  }
}
