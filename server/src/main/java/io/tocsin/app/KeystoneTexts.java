package io.tocsin.app;

import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.Credentials.Domain;
import io.tocsin.openstack.Credentials.Subject;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.store.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes Keystone's settings of their texts, and says what does not fit together in them. */
final class KeystoneTexts {
  /** The settings that name a user or a project: two ways, of which one is taken. */
  private record Naming(
      Setting<String> name, Setting<String> id, Setting<String> domain, Setting<String> domainId) {}

  private static final Naming USER =
      new Naming(
          Catalogue.KEYSTONE_USERNAME,
          Catalogue.KEYSTONE_USER_ID,
          Catalogue.KEYSTONE_USER_DOMAIN,
          Catalogue.KEYSTONE_USER_DOMAIN_ID);
  private static final Naming PROJECT =
      new Naming(
          Catalogue.KEYSTONE_PROJECT,
          Catalogue.KEYSTONE_PROJECT_ID,
          Catalogue.KEYSTONE_PROJECT_DOMAIN,
          Catalogue.KEYSTONE_PROJECT_DOMAIN_ID);

  private static final List<Setting<?>> OF_A_PASSWORD =
      List.of(
          Catalogue.KEYSTONE_PASSWORD,
          Catalogue.KEYSTONE_USERNAME,
          Catalogue.KEYSTONE_USER_ID,
          Catalogue.KEYSTONE_PROJECT,
          Catalogue.KEYSTONE_PROJECT_ID);
  private static final List<Setting<?>> OF_A_CREDENTIAL =
      List.of(Catalogue.KEYSTONE_CREDENTIAL_ID, Catalogue.KEYSTONE_CREDENTIAL_SECRET);

  private KeystoneTexts() {}

  /** Null where no Keystone is named. */
  static @Nullable KeystoneSettings settings(SettingTexts texts) {
    URI url = texts.find(Catalogue.KEYSTONE_URL);
    return url == null
        ? null
        : new KeystoneSettings(
            url,
            credentials(texts),
            texts.find(Catalogue.KEYSTONE_CA_FILE),
            texts.require(Catalogue.KEYSTONE_CALL_TIMEOUT));
  }

  private static Credentials credentials(SettingTexts texts) {
    String credential = texts.find(Catalogue.KEYSTONE_CREDENTIAL_ID);
    return credential == null
        ? new Credentials.Password(
            subject(texts, USER),
            secret(texts, Catalogue.KEYSTONE_PASSWORD),
            subject(texts, PROJECT))
        : new Credentials.ApplicationCredential(
            credential, secret(texts, Catalogue.KEYSTONE_CREDENTIAL_SECRET));
  }

  private static Secret secret(SettingTexts texts, Setting<Secret> setting) {
    return Objects.requireNonNullElse(texts.find(setting), new Secret(""));
  }

  private static Subject subject(SettingTexts texts, Naming naming) {
    String id = texts.find(naming.id());
    if (id != null) {
      return new Subject.ById(id);
    }
    String domainId = texts.find(naming.domainId());
    Domain domain =
        domainId == null
            ? new Domain.ByName(texts.require(naming.domain()))
            : new Domain.ById(domainId);
    return new Subject.ByName(texts.require(naming.name()), domain);
  }

  static List<String> contradictions(SettingTexts texts) {
    List<String> problems = new ArrayList<>();
    boolean hasPassword = OF_A_PASSWORD.stream().anyMatch(texts::isSet);
    boolean hasCredential = OF_A_CREDENTIAL.stream().anyMatch(texts::isSet);
    if (!texts.isSet(Catalogue.KEYSTONE_URL)) {
      if (hasPassword || hasCredential || texts.isSet(Catalogue.KEYSTONE_CA_FILE)) {
        problems.add("keystone.url: is missing, and other settings of keystone are there");
      }
      return problems;
    }
    addProblemsOfTheUrl(texts, problems);
    if (hasPassword && hasCredential) {
      problems.add(
          "keystone.application-credential-id: an application credential has its own user and"
              + " project; leave out keystone.password, user and project, or the credential");
    } else if (hasCredential) {
      OF_A_CREDENTIAL.stream()
          .filter(setting -> !texts.isSet(setting))
          .forEach(setting -> problems.add(setting.name() + ": is missing"));
    } else if (hasPassword) {
      if (!texts.isSet(Catalogue.KEYSTONE_PASSWORD)) {
        problems.add("keystone.password: is missing");
      }
      addProblemsOfANaming(texts, USER, problems);
      addProblemsOfANaming(texts, PROJECT, problems);
    } else {
      problems.add(
          "keystone.url: needs keystone.username, keystone.password and keystone.project, or an"
              + " application credential, to log on with");
    }
    return problems;
  }

  private static void addProblemsOfTheUrl(SettingTexts texts, List<String> problems) {
    try {
      Object _ =
          new KeystoneSettings(
              texts.require(Catalogue.KEYSTONE_URL),
              new Credentials.ApplicationCredential("", new Secret("")),
              null,
              texts.require(Catalogue.KEYSTONE_CALL_TIMEOUT));
    } catch (IllegalArgumentException e) {
      problems.add("keystone.url: " + e.getMessage());
    }
  }

  private static void addProblemsOfANaming(
      SettingTexts texts, Naming naming, List<String> problems) {
    if (texts.isSet(naming.id()) == texts.isSet(naming.name())) {
      problems.add(
          "%s: exactly one of it and %s must be given"
              .formatted(naming.name().name(), naming.id().name()));
    }
    if (texts.isSet(naming.domainId())
        && !texts.require(naming.domain()).equals(naming.domain().fallback())) {
      problems.add(
          "%s: leave it or %s out".formatted(naming.domain().name(), naming.domainId().name()));
    }
  }
}
