package io.tocsin.operator;

import io.tocsin.recovery.RecoveryPause;

/** A pause's document. */
final class PauseJson {
  private PauseJson() {}

  static Document of(RecoveryPause pause) {
    return new Document()
        .put("id", pause.id())
        .put("scope", pause.scope().wire())
        .put("segment", pause.segment())
        .put("reason", pause.reason())
        .put("by", pause.by())
        .put("createdAt", pause.createdAt())
        .put("expiresAt", pause.expiresAt())
        .put("resumedAt", pause.resumedAt())
        .put("resumedBy", pause.resumedBy())
        .put("isInForce", pause.isInForce());
  }
}
