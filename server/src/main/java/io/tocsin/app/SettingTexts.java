package io.tocsin.app;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The effective text of every setting, each already found good. */
record SettingTexts(Map<String, String> texts) {
  SettingTexts {
    texts = Map.copyOf(texts);
  }

  /** The value of a setting that always has one. */
  <T> T require(Setting<T> setting) {
    return setting.parser().apply(text(setting));
  }

  /** The value of a setting that may have none. */
  <T> @Nullable T find(Setting<T> setting) {
    return isSet(setting) ? require(setting) : null;
  }

  boolean isSet(Setting<?> setting) {
    return !text(setting).isEmpty();
  }

  /** Its text, fit to be shown: a secret is {@code ***}. */
  String shown(Setting<?> setting) {
    return setting.isSecret() && isSet(setting) ? "***" : text(setting);
  }

  private String text(Setting<?> setting) {
    String text = texts.get(setting.name());
    if (text == null) {
      throw new IllegalStateException("every setting has a text: " + setting.name());
    }
    return text;
  }
}
