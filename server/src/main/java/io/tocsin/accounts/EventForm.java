package io.tocsin.accounts;

import io.tocsin.feed.EventClass;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Label;
import io.tocsin.feed.Reader;
import io.tocsin.feed.Severity;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.Role;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An event as somebody publishes it, checked against Astra spec §3 (extensions ). */
final class EventForm {
  private static final String NOTIFICATION = "notification";
  private static final List<String> VERSIONS = List.of("1.0", "1.1", "1.2", "1.3");

  private static final Set<String> OURS =
      Set.of(
          "id",
          "sequenceCount",
          "creationTimestamp",
          "modificationTimestamp",
          "createdBy",
          "modifiedBy");

  private static final Set<String> KNOWN = known();

  private static final TextRule DESTINATION =
      TextRule.line(0, Integer.MAX_VALUE)
          .of(
              Set.of(NOTIFICATION, "banner", "support")::contains,
              "not one of notification, banner, support");

  private static final Map<String, String> METHODS =
      Form.same("options", "post", "get", "put", "delete");

  private static final Map<String, Severity> SEVERITIES =
      Form.choices(Severity.values(), Severity::wire);
  private static final Map<String, EventClass> CLASSES =
      Form.choices(EventClass.values(), EventClass::wire);

  private final Noun noun;
  private final Reader author;
  private final Instant now;
  private final RandomGenerator random;
  private final Form form;
  private final Flaws flaws;

  /**
   * @param noun what it is published as
   * @param author who publishes, and where
   * @param random makes the correlation id of one that has none
   */
  EventForm(Noun noun, Reader author, Instant now, RandomGenerator random, Form form) {
    this.noun = noun;
    this.author = author;
    this.now = now;
    this.random = random;
    this.form = form;
    this.flaws = form.flaws();
  }

  /** What it says; to be used only if there turn out to be no flaws. */
  EventContent content() {
    form.requireNothingBut(KNOWN, OURS);
    form.choice("type", Form.same(noun.type()), "");
    requireVersion(noun, form);
    UUID correlation = form.findId("correlationID");
    Form data = form.findObject("data");
    if (data != null) {
      data.requireNothingBut(Set.of("ttl", "isAcknowledgeable"), Set.of());
    }
    return new EventContent(
        name(),
        form.text("summary", WriteRules.SUMMARY),
        eventTime(),
        source(),
        form.id("resourceID"),
        form.ids("additionalResourceIDs"),
        form.text("resourceType", WriteRules.RESOURCE_TYPE),
        correlation == null ? Identifiers.random(random) : correlation,
        form.choice("severity", SEVERITIES, Severity.INDETERMINATE),
        form.choice("class", CLASSES, EventClass.SYSTEM),
        form.text("description", WriteRules.DESCRIPTION),
        descriptionUrl(),
        form.findText("correctiveAction", WriteRules.DESCRIPTION),
        correctiveActionUrl(),
        visibility(),
        destinations(),
        resourceUri(),
        form.findTexts("resourceCollectionURL", WriteRules.COLLECTION_URL),
        form.findChoice("resourceMethod", METHODS),
        form.findText("resourceMethodResult", WriteRules.RESULT),
        form.findId("userID"),
        account(),
        data == null ? null : data.findSeconds("ttl"),
        data == null ? null : data.findChoice("isAcknowledgeable", Form.FLAGS),
        labels(),
        author.user());
  }

  private String name() {
    String name = form.text("name", WriteRules.NAME);
    if (WriteRules.isReservedName(name)) {
      againstRules("name", "is reserved");
    }
    return name;
  }

  private Instant eventTime() {
    Instant time = form.findTime("eventTime");
    return (time == null ? now : time).truncatedTo(ChronoUnit.SECONDS);
  }

  private String source() {
    String source = form.text("source", WriteRules.SOURCE);
    if (!WriteRules.isWord(source)) {
      againstRules("source", "must begin and end with a letter");
    }
    return source;
  }

  private @Nullable String descriptionUrl() {
    String url = form.findText("descriptionURL", WriteRules.URL);
    if (url != null && !WriteRules.isWebUrl(url)) {
      againstRules("descriptionURL", "must be an absolute URL with http or https");
    }
    return url;
  }

  private @Nullable String correctiveActionUrl() {
    String url = form.findText("correctiveActionURL", WriteRules.URL);
    if (url != null && !WriteRules.isPageUrl(url)) {
      againstRules(
          "correctiveActionURL",
          "must be an absolute URL with http or https, or a path that begins with one slash");
    }
    return url;
  }

  private @Nullable String resourceUri() {
    String uri = form.findText("resourceURI", WriteRules.URL);
    if (uri != null && !uri.startsWith(AccountApi.MOUNT + "/")) {
      againstRules("resourceURI", "must begin with /accounts/");
    }
    return uri;
  }

  private @Nullable List<String> visibility() {
    List<String> roles = form.findTexts("visibility", WriteRules.ROLE);
    if (roles != null && form.object().path("visibility").isEmpty()) {
      againstRules("visibility", "must name a role, or be left out so that everybody sees it");
    }
    if (roles != null && !roles.stream().allMatch(role -> Role.of(role).isPresent())) {
      againstRules("visibility", "must name roles: viewer, member, admin, owner");
    }
    return roles;
  }

  private @Nullable List<String> destinations() {
    List<String> destinations = form.findTexts("destinations", DESTINATION);
    if (noun != Noun.NOTIFICATION) {
      return destinations;
    }
    if (destinations == null) {
      return List.of(NOTIFICATION);
    }
    if (!destinations.contains(NOTIFICATION)) {
      againstRules("destinations", "must have notification, for this is one");
    }
    return destinations;
  }

  private UUID account() {
    UUID own = author.account().value();
    UUID account = form.findId("accountID");
    if (account != null && !account.equals(own)) {
      flaws.conflict(form.path() + "accountID", "must be the account of the URL");
    }
    return own;
  }

  private List<Label> labels() {
    Form metadata = form.findObject("metadata");
    if (metadata == null) {
      return List.of();
    }
    metadata.requireNothingBut(Set.of("labels"), OURS);
    List<Label> labels = new ArrayList<>();
    for (Form label : metadata.objects("labels")) {
      label.requireNothingBut(Set.of("name", "value"), Set.of());
      String name = label.text("name", WriteRules.LABEL);
      if (WriteRules.isReservedLabel(name)) {
        flaws.againstRules(label.path() + "name", "is reserved");
      }
      labels.add(new Label(name, label.text("value", WriteRules.LABEL)));
    }
    metadata.requireDistinct("labels", labels);
    return labels;
  }

  private void againstRules(String name, String reason) {
    flaws.againstRules(form.path() + name, reason);
  }

  /** Every version that the contract has had, the last of events included. */
  static void requireVersion(Noun noun, Form form) {
    Map<String, String> versions = Form.same(VERSIONS.toArray(String[]::new));
    versions.put(noun.version(), noun.version());
    form.choice("version", versions, "");
  }

  /** Events and notifications have the same members. */
  private static Set<String> known() {
    Set<String> known = new HashSet<>(EventJson.members(Noun.EVENT));
    known.removeAll(OURS);
    return known;
  }
}
