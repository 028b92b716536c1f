package io.tocsin.http;

import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Makes HTTP/1 connections that one thread at a time reads from.
 *
 * <p>Jetty's own (12.1.13) have two once a head is refused: {@code badMessage} lets another thread
 * answer, which then reads on while the one that met the head is still at it. The buffer that one
 * of them gives back to the pool is still read into by the other. Meanwhile it can have become
 * another client's, and that client's requests are then run twice or lost.
 */
final class OneReaderConnections extends HttpConnectionFactory {
  OneReaderConnections(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    HttpConnection connection = new OneReader(getHttpConfiguration(), connector, endPoint);
    connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
    return configure(connection, connector, endPoint);
  }

  private static final class OneReader extends HttpConnection {
    private final ReentrantLock reading = new ReentrantLock();

    OneReader(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
      super(configuration, connector, endPoint);
    }

    @Override
    public void onFillable() {
      reading.lock();
      try {
        super.onFillable();
      } finally {
        reading.unlock();
      }
    }
  }
}
