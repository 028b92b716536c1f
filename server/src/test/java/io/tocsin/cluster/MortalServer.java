package io.tocsin.cluster;

import io.tocsin.cli.TocsinProcess;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A server that is killed and started again, each time at another port. */
final class MortalServer implements AutoCloseable {
  private final Supplier<TocsinProcess> starter;
  private final List<TocsinProcess> lives = new ArrayList<>();
  private final AtomicInteger writing = new AtomicInteger();
  private final AtomicInteger written = new AtomicInteger();
  private volatile Optional<URI> url = Optional.empty();

  MortalServer(Supplier<TocsinProcess> starter) {
    this.starter = starter;
  }

  /** Does not wait for it to be ready. */
  MortalServer start() {
    written.set(0);
    lives.add(starter.get());
    return this;
  }

  void awaitReady() {
    url = Optional.of(lives.getLast().awaitReady());
  }

  /** {@code kill -9}. Until it is gone its clients do not know. */
  void kill() {
    lives.getLast().kill();
    url = Optional.empty();
  }

  /** Empty while nobody is there. */
  Optional<URI> url() {
    return url;
  }

  /** A request to write is on its way to it. */
  void writeBegins() {
    writing.incrementAndGet();
  }

  /** That request has its answer, or never will. */
  void writeEnds(boolean isAnswered) {
    writing.decrementAndGet();
    if (isAnswered) {
      written.incrementAndGet();
    }
  }

  /** Whether it has written so often in its present life, and is being asked to once more. */
  boolean isInTheMidstOfWriting(int atLeast) {
    return written.get() >= atLeast && writing.get() > 0;
  }

  /** What it has logged in all its lives. */
  String log() {
    return lives.stream().map(TocsinProcess::err).collect(Collectors.joining());
  }

  @Override
  public void close() {
    lives.forEach(TocsinProcess::close);
  }
}
