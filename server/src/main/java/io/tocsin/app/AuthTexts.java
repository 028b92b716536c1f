package io.tocsin.app;

import io.tocsin.app.Catalogue.AuthMode;
import io.tocsin.identity.AuthSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the settings of callers' tokens of their texts, and says what does not fit together. */
final class AuthTexts {
  private AuthTexts() {}

  /** Null where nobody is asked who they are. */
  static @Nullable AuthSettings settings(SettingTexts texts) {
    if (texts.require(Catalogue.AUTH_MODE) == AuthMode.NONE) {
      return null;
    }
    URI told = texts.find(Catalogue.AUTH_WWW_AUTHENTICATE_URL);
    return new AuthSettings(
        texts.require(Catalogue.AUTH_CACHE_TIME),
        texts.require(Catalogue.AUTH_CACHE_SIZE),
        texts.require(Catalogue.AUTH_STALE_TIME),
        told == null ? texts.require(Catalogue.KEYSTONE_URL) : told);
  }

  static List<String> contradictions(SettingTexts texts) {
    List<String> problems = new ArrayList<>();
    switch (texts.require(Catalogue.AUTH_MODE)) {
      case NONE -> {
        ListenAddress listen = texts.require(Catalogue.LISTEN);
        if (!listen.isLoopback() && !texts.require(Catalogue.AUTH_ALLOW_REMOTE)) {
          problems.add(
              "listen: %s is open to the network and auth.mode is none, so everybody there could"
                      .formatted(listen)
                  + " start evacuations; set auth.mode=keystone, listen on loopback or set"
                  + " auth.allow-remote=true");
        }
        if (texts.isSet(Catalogue.POLICY_FILE)) {
          problems.add(
              "policy.file: auth.mode is none, so nobody is asked who they are and no rule would"
                  + " hold; set auth.mode=keystone or leave the file out");
        }
      }
      case KEYSTONE -> {
        if (!texts.isSet(Catalogue.KEYSTONE_URL)) {
          problems.add("auth.mode: keystone needs keystone.url, and a user to ask about tokens as");
        }
      }
    }
    return problems;
  }
}
