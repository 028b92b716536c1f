package io.tocsin.accounts;

import org.jspecify.annotations.Nullable;

/**
 * What an operator can set about this API.
 *
 * @param takesEvents whether events can be published through it, which the original cannot
 * @param maxLimit items in one list answer at most; null for no limit, because there are clients
 *     that ask for everything and do not follow {@code continue}
 */
public record AccountSettings(boolean takesEvents, @Nullable Long maxLimit) {
  public static final AccountSettings DEFAULTS = new AccountSettings(false, null);

  public AccountSettings {
    if (maxLimit != null && maxLimit < 1) {
      throw new IllegalArgumentException("maxLimit must be at least 1");
    }
  }
}
