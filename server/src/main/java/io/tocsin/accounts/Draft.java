package io.tocsin.accounts;

import io.tocsin.http.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What one resource is to be: the body of a POST or a PUT (Astra spec §14.1). */
final class Draft {
  static final TextRule NAME = TextRule.line(1, 255);

  private static final String METADATA = "metadata";
  private static final Set<String> FRAME = Set.of("type", "version", METADATA);

  private Draft() {}

  /** A body that makes one, of which these members are the caller's to say. */
  static Form toCreate(Request request, Sibling sibling, Set<String> sayable) {
    Form form = read(request, sibling);
    for (String name : form.object().propertyNames()) {
      if (!sayable.contains(name) && !FRAME.contains(name)) {
        form.flaws().againstSchema(name, "is not a member that a new one can have");
      }
    }
    Form metadata = form.findObject(METADATA);
    if (metadata != null) {
      metadata.requireNothingBut(Set.of("labels"), Set.of());
      if (!metadata.objects("labels").isEmpty()) {
        form.flaws().againstRules("metadata.labels", "are not kept here");
      }
    }
    return form;
  }

  /**
   * A body that changes one. What cannot change may be said, as it is.
   *
   * @param stored the resource as it is
   * @param fixed further members of such a resource, which this one does not have
   */
  static Form toChange(
      Request request,
      Sibling sibling,
      ObjectNode stored,
      Set<String> changeable,
      Set<String> fixed) {
    Form form = read(request, sibling);
    for (Map.Entry<String, JsonNode> member : form.object().properties()) {
      String name = member.getKey();
      if (name.equals(METADATA)) {
        requireSame(form.findObject(METADATA), stored.path(METADATA));
      } else if (!changeable.contains(name) && !FRAME.contains(name)) {
        requireSame(form, name, stored, fixed.contains(name));
      }
    }
    return form;
  }

  private static void requireSame(@Nullable Form form, JsonNode stored) {
    if (form != null) {
      form.object()
          .propertyNames()
          .forEach(name -> requireSame(form, name, stored, name.equals("modifiedBy")));
    }
  }

  private static void requireSame(Form form, String name, JsonNode stored, boolean isKnown) {
    if (!stored.has(name) && !isKnown) {
      form.flaws().againstSchema(form.path() + name, "is not a known member");
    } else if (!form.object().path(name).equals(stored.path(name))) {
      form.flaws().conflict(form.path() + name, "cannot be changed");
    }
  }

  private static Form read(Request request, Sibling sibling) {
    List<Reason> reasons = Body.flawsOfType(request.headers(), sibling.offers());
    if (!reasons.isEmpty()) {
      throw Problem.INVALID_HEADERS.asException(reasons);
    }
    JsonNode document = Body.document(request);
    if (!document.isObject()) {
      throw Problem.AGAINST_SCHEMA.asException("", "must be an object");
    }
    Form form = new Form(document, "", new Flaws());
    form.choice("type", Form.same(sibling.type()), "");
    form.choice("version", Form.same(Sibling.VERSION), "");
    return form;
  }
}
