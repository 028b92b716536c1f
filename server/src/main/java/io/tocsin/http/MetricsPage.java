package io.tocsin.http;

import java.util.function.Supplier;

/**
 * {@code GET /metrics}: everything that is counted, in Prometheus's text format. Needs no
 * authentication; so what it shows are sums over all callers, never a name or an id.
 */
public final class MetricsPage implements Handler {
  public static final String MOUNT = "/metrics";

  /** Every Prometheus reads it, also one that asks for something newer first. */
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<String> scrape;

  /**
   * @param scrape the page; must not wait for anything
   */
  public MetricsPage(Supplier<String> scrape) {
    this.scrape = scrape;
  }

  @Override
  public Response handle(Request request) {
    if (!request.rawPath().equals(MOUNT)) {
      return Response.empty(404);
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Response.empty(405).with("Allow", "GET, HEAD");
    }
    return Response.text(200, TEXT_FORMAT, scrape.get());
  }
}
