package io.tocsin.instanceha;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** What the original calls extensions: a fixed list, sorted by alias (Instance HA spec §3.5). */
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

  @Override
  public Map<Action, Operation> operations() {
    return Map.of(
        Action.INDEX,
        _ -> Reply.ok(Document.listUnder("extensions", EXTENSIONS)),
        Action.SHOW,
        ExtensionResource::show);
  }

  private static Reply show(Call call) {
    Extension extension =
        EXTENSIONS.stream()
            .filter(it -> it.alias().equals(call.path("alias")))
            .findFirst()
            .orElseThrow(() -> new Fault(404, Fault.NOT_FOUND).asException());
    return Reply.ok(Document.under("extension", extension));
  }
}
