package io.tocsin.accounts;

import java.util.List;

/**
 * The problems that this API answers with (Astra spec §9.1). Clients match on number, title and
 * detail, so these stand as published, byte for byte; what is special about one case goes into the
 * extra member.
 */
enum Problem {
  RESOURCE_NOT_FOUND(
      1, 404, "Resource not found", "The resource specified in the request URI wasn't found."),
  COLLECTION_NOT_FOUND(
      2, 404, "Collection not found", "The collection specified in the request URI wasn't found."),
  MISSING_TOKEN(
      3, 401, "Missing bearer token", "The request is missing the required bearer token."),
  INVALID_TOKEN(
      4,
      401,
      "Invalid bearer token",
      "The bearer token provided is invalid, revoked, or doesn't exist."),
  INVALID_PARAMETERS(
      5,
      400,
      "Invalid query parameters",
      "The supplied query parameters are invalid.",
      Extra.INVALID_PARAMS),
  UNSUPPORTED_PARAMETERS(
      6,
      400,
      "Query parameters not supported",
      "The supplied query parameters aren't supported for this endpoint.",
      Extra.INVALID_PARAMS),
  NOT_JSON(7, 400, "Invalid JSON payload", "The request body is not valid JSON."),
  AGAINST_SCHEMA(
      8,
      400,
      "Invalid JSON resource",
      "The request body JSON doesn't conform to the schema.",
      Extra.SCHEMA_FAILURE),
  AGAINST_RULES(
      9,
      400,
      "Invalid JSON resource",
      "The request body JSON didn't pass extended validation.",
      Extra.INVALID_FIELDS),
  CONFLICT(
      10,
      409,
      "JSON resource conflict",
      "The request body JSON contains a field that conflicts with an idempotent value.",
      Extra.INVALID_FIELDS),
  NOT_PERMITTED(11, 403, "Operation not permitted", "The requested operation isn't permitted."),
  INVALID_HEADERS(
      12, 400, "Invalid headers", "The request headers are invalid.", Extra.INVALID_PARAMS),
  USER_NOT_ENABLED(14, 403, "Unauthorized access", "The user isn't enabled."),
  UNSUPPORTED_MEDIA_TYPE(
      32,
      406,
      "Unsupported content type",
      "The response can't be returned in the requested format."),
  INVALID_ACCOUNT_ID(
      33, 400, "Invalid account ID", "The specified account ID isn't in the appropriate format."),
  INTERNAL_ERROR(
      34, 500, "Internal server error", "The server was unable to process this request."),
  INVALID_RESOURCE_ID(
      35, 400, "Invalid resource ID", "The resource ID isn't in the appropriate format."),
  NOT_READY(41, 503, "Service not ready", "Currently, the service can't respond to this request."),
  UNSUPPORTED_METHOD(
      69,
      405,
      "Method not supported",
      "The requested method isn't supported for the specified resource."),
  BODY_TOO_LARGE(85, 413, "Request body too large", "The request body is too large.");

  /** The member in which a problem tells what is special about this case. */
  enum Extra {
    NOTHING(""),
    /** Names and reasons, about the query or headers. */
    INVALID_PARAMS("invalidParams"),
    /** Names and reasons, about the body. */
    INVALID_FIELDS("invalidFields"),
    /** One text. */
    SCHEMA_FAILURE("schemaValidationFailure");

    private final String member;

    Extra(String member) {
      this.member = member;
    }

    String member() {
      return member;
    }
  }

  private static final String TYPES = "https://astra.netapp.io/problems/";

  private final int number;
  private final int status;
  private final String title;
  private final String detail;
  private final Extra extra;

  Problem(int number, int status, String title, String detail) {
    this(number, status, title, detail, Extra.NOTHING);
  }

  Problem(int number, int status, String title, String detail, Extra extra) {
    this.number = number;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.extra = extra;
  }

  /** As the catalogue counts them. */
  int number() {
    return number;
  }

  String type() {
    return TYPES + number;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  Extra extra() {
    return extra;
  }

  /** To be thrown: the problem, and nothing special about it. */
  ProblemException asException() {
    return new ProblemException(this, List.of());
  }

  /** To be thrown, with what is special about it. */
  ProblemException asException(List<Reason> reasons) {
    return new ProblemException(this, reasons);
  }

  /** To be thrown, with one special thing. */
  ProblemException asException(String name, String reason) {
    return new ProblemException(this, List.of(new Reason(name, reason)));
  }
}
