package io.tocsin.openstack;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a body of at most so many bytes; a longer one is given up, and its connection with it.
 */
final class BodyCollector implements BodySubscriber<byte[]> {
  private final int status;
  private final int maxBytes;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final List<ByteBuffer> received = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private long bytes;

  BodyCollector(int status, int maxBytes) {
    this.status = status;
    this.maxBytes = maxBytes;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    if (subscription != null) {
      newSubscription.cancel();
      return;
    }
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (result.isDone()) {
      return;
    }
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    if (bytes > maxBytes) {
      received.clear();
      if (subscription != null) {
        subscription.cancel();
      }
      result.completeExceptionally(new TooLargeException(status, maxBytes));
      return;
    }
    received.addAll(buffers);
  }

  @Override
  public void onError(Throwable failure) {
    received.clear();
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    if (result.isDone()) {
      return;
    }
    byte[] whole = new byte[(int) bytes];
    int at = 0;
    for (ByteBuffer buffer : received) {
      int length = buffer.remaining();
      buffer.get(whole, at, length);
      at += length;
    }
    received.clear();
    result.complete(whole);
  }

  /** The answer is larger than we are willing to hold. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    TooLargeException(int status, int maxBytes) {
      super("the answer has more than " + maxBytes + " bytes");
      this.status = status;
    }

    int status() {
      return status;
    }
  }
}
