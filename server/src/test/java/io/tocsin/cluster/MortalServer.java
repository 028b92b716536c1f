package io.tocsin.cluster;

import io.tocsin.cli.TocsinProcess;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A server that is killed and started again, each time at another port. */
final class MortalServer implements AutoCloseable {
  private final Supplier<TocsinProcess> starter;
  private final List<TocsinProcess> lives = new ArrayList<>();
  private volatile Optional<URI> url = Optional.empty();

  MortalServer(Supplier<TocsinProcess> starter) {
    this.starter = starter;
  }

  /** Does not wait for it to be ready. */
  MortalServer start() {
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

  /** What it has logged in all its lives. */
  String log() {
    return lives.stream().map(TocsinProcess::err).collect(Collectors.joining());
  }

  @Override
  public void close() {
    lives.forEach(TocsinProcess::close);
  }
}
