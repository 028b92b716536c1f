package io.tocsin.operator;

import java.util.List;
import java.util.Locale;

/** The problems that this API answers with (RFC 9457). Their types are stable. */
enum Problem {
  INVALID_PARAMETERS(400, "Invalid parameters"),
  NOT_JSON(400, "Not JSON"),
  MISSING_TOKEN(401, "Missing token"),
  INVALID_TOKEN(401, "Invalid token"),
  NOT_PERMITTED(403, "Not permitted"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  CONFLICT(409, "Conflict"),
  /** As things stand in the cloud; the detail is the cloud's text. */
  CLOUD_REFUSES(409, "The cloud refuses"),
  BODY_TOO_LARGE(413, "Body too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  INVALID_BODY(422, "Invalid body"),
  INTERNAL_ERROR(500, "Internal error"),
  NOT_READY(503, "Not ready"),
  CLOUD_AWAY(503, "The cloud cannot be asked");

  private static final String TYPES = "urn:tocsin:problem:";

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** {@code urn:tocsin:problem:cloud-away} */
  String type() {
    return TYPES + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  /** To be thrown. */
  ProblemException because(String detail) {
    return new ProblemException(this, detail, List.of());
  }

  /** To be thrown, with what is wrong with what. */
  ProblemException because(String detail, List<Reason> reasons) {
    return new ProblemException(this, detail, reasons);
  }
}
