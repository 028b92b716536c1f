package io.tocsin.compute;

/** For whom the cloud is called. */
public final class OnBehalfOf {
  /**
   * The id of the request that caused a call, such as {@code req-<uuid4>}; travels to Nova as
   * {@code X-OpenStack-Request-ID}. Not bound where no request is the cause.
   */
  public static final ScopedValue<String> REQUEST_ID = ScopedValue.newInstance();

  private OnBehalfOf() {}
}
