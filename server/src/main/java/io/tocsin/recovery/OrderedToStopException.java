package io.tocsin.recovery;

/** An operator paused or cancelled the recovery; nothing of it is under way at this point. */
final class OrderedToStopException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Order order;

  OrderedToStopException(Order order) {
    super("an operator's order: " + order);
    this.order = order;
  }

  Order order() {
    return order;
  }
}
