package io.tocsin.failover;

import io.tocsin.store.Keyset;
import io.tocsin.store.PageRequest;
import io.tocsin.store.Texts;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What the three lists of this room have in common. */
final class Pages {
  private Pages() {}

  static Keyset.Page require(Keyset keyset, Handle handle, PageRequest request) {
    return keyset
        .page(handle, request)
        .orElseThrow(() ->
            new RefusedException(
                new Refusal.Invalid(
                    "Marker " + request.marker().orElseThrow() + " could not be found.")));
  }

  /** False when a filter's text is one that no stored text can equal. */
  static boolean canMatch(@Nullable String... texts) {
    for (String text : texts) {
      if (text != null && !Texts.isStorable(text)) {
        return false;
      }
    }
    return true;
  }
}
