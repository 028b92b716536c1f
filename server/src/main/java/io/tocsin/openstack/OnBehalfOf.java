package io.tocsin.openstack;

/** For whom OpenStack is called. */
public final class OnBehalfOf {
  /**
   * The id of the request that caused a call, such as {@code req-<uuid4>}; travels to Keystone,
   * Nova and whatever else is called as {@code X-OpenStack-Request-ID}. Not bound where no request
   * is the cause.
   */
  public static final ScopedValue<String> REQUEST_ID = ScopedValue.newInstance();

  private OnBehalfOf() {}
}
