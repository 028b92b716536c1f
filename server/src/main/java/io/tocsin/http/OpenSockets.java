package io.tocsin.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.SelectorManager;
import org.jspecify.annotations.Nullable;

/**
 * Every socket from the moment it was accepted. Jetty forgets the ones that it is only about to
 * register when it stops, and leaves their clients waiting.
 */
final class OpenSockets implements SelectorManager.AcceptListener {
  private final Set<SelectableChannel> open = ConcurrentHashMap.newKeySet();

  void add(SelectableChannel channel) {
    open.add(channel);
  }

  @Override
  public void onAcceptFailed(@Nullable SelectableChannel channel, Throwable cause) {
    onClosed(channel);
  }

  @Override
  public void onClosed(@Nullable SelectableChannel channel) {
    if (channel != null) {
      open.remove(channel);
    }
  }

  List<SocketChannel> all() {
    return open.stream().map(SocketChannel.class::cast).toList();
  }

  void closeAll() {
    for (SelectableChannel channel : List.copyOf(open)) {
      open.remove(channel);
      try {
        channel.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
