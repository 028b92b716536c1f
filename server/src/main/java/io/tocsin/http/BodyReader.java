package io.tocsin.http;

import io.tocsin.clock.Deadline;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** Reads a body as a whole, up to a size and a moment, on the calling virtual thread. */
final class BodyReader {
  /** How a body ended. */
  sealed interface Result {
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record Whole(byte[] body) implements Result {}

    /** More than the limit, announced or found. */
    record TooLarge() implements Result {}

    /** The client did not finish in time. */
    record TooSlow() implements Result {}

    /** It did not come at once, and too many others are being waited for. */
    record NoRoom() implements Result {}

    /** The framing was wrong. */
    record Malformed() implements Result {}

    /** The client went away; nobody is there to be answered. */
    record Gone(Throwable cause) implements Result {}
  }

  private static final byte[] NOTHING = new byte[0];

  private final int maxBytes;
  private final RunningRequests waiting;

  /**
   * @param waiting has a place for each body that is waited for
   */
  BodyReader(int maxBytes, RunningRequests waiting) {
    this.maxBytes = maxBytes;
    this.waiting = waiting;
  }

  Result read(Content.Source source, long announced, Deadline deadline) {
    if (announced > maxBytes) {
      return new Result.TooLarge();
    }
    if (announced == 0) {
      return new Result.Whole(NOTHING);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(announced > 0 ? (int) announced : 512);
    Result atOnce = readWhatIsThere(source, body);
    if (atOnce != null) {
      return atOnce;
    }
    if (!waiting.enter()) {
      return new Result.NoRoom();
    }
    try {
      return readWaiting(source, body, deadline);
    } finally {
      waiting.leave();
    }
  }

  private Result readWaiting(Content.Source source, ByteArrayOutputStream body, Deadline deadline) {
    while (awaitMore(source, deadline)) {
      Result result = readWhatIsThere(source, body);
      if (result != null) {
        return result;
      }
    }
    return new Result.TooSlow();
  }

  /** Null when more must come. */
  private @Nullable Result readWhatIsThere(Content.Source source, ByteArrayOutputStream body) {
    while (true) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        return null;
      }
      if (Content.Chunk.isFailure(chunk)) {
        return failed(chunk.getFailure());
      }
      try {
        if (chunk.remaining() > maxBytes - body.size()) {
          return new Result.TooLarge();
        }
        byte[] piece = new byte[chunk.remaining()];
        chunk.getByteBuffer().get(piece);
        body.writeBytes(piece);
      } finally {
        chunk.release();
      }
      if (chunk.isLast()) {
        return new Result.Whole(body.toByteArray());
      }
    }
  }

  /**
   * Reads and forgets what a refused client is still sending, so that it sees the refusal: closing
   * a socket with unread bytes resets it, and the answer is lost on the way.
   */
  static void discard(Content.Source source, long maxBytes, Deadline deadline) {
    long left = maxBytes;
    while (left > 0) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        if (!awaitMore(source, deadline)) {
          return;
        }
        continue;
      }
      left -= chunk.remaining();
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
        return;
      }
    }
  }

  private static boolean awaitMore(Content.Source source, Deadline deadline) {
    CountDownLatch more = new CountDownLatch(1);
    source.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, more::countDown));
    try {
      return more.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Result failed(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return new Result.TooSlow();
    }
    return failure instanceof HttpException ? new Result.Malformed() : new Result.Gone(failure);
  }
}
