package io.tocsin.simulation;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * How a node's HTTP client reaches the simulated cloud of its world: by a call, not by a socket.
 */
final class CloudConnection extends HttpClient {
  /** The other end. */
  interface Cloud {
    /** Begins the call; the future ends with the answer, or fails with an {@link IOException}. */
    CompletableFuture<Answer> call(HttpRequest request, byte[] body);
  }

  /** What comes back. */
  @SuppressWarnings("ArrayRecordComponent") // bodies are handed over, never shared
  record Answer(int status, HttpHeaders headers, byte[] body) {}

  private final Cloud cloud;

  CloudConnection(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return cloud
        .call(request, request.bodyPublisher().map(CloudConnection::read).orElse(new byte[0]))
        .thenApply(answer -> response(request, answer, handler));
  }

  private static <T> HttpResponse<T> response(
      HttpRequest request, Answer answer, BodyHandler<T> handler) {
    BodySubscriber<T> subscriber = handler.apply(new Head(answer));
    subscriber.onSubscribe(NOTHING_TO_ASK_FOR);
    subscriber.onNext(List.of(ByteBuffer.wrap(answer.body())));
    subscriber.onComplete();
    T body = subscriber.getBody().toCompletableFuture().join();
    return new Response<>(request, answer, body);
  }

  private static byte[] read(HttpRequest.BodyPublisher publisher) {
    BodySubscriber<byte[]> reader = HttpResponse.BodySubscribers.ofByteArray();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            reader.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer item) {
            reader.onNext(List.of(item));
          }

          @Override
          public void onError(Throwable failure) {
            reader.onError(failure);
          }

          @Override
          public void onComplete() {
            reader.onComplete();
          }
        });
    return reader.getBody().toCompletableFuture().join();
  }

  private static final Flow.Subscription NOTHING_TO_ASK_FOR =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };

  private record Head(Answer answer) implements HttpResponse.ResponseInfo {
    @Override
    public int statusCode() {
      return answer.status();
    }

    @Override
    public HttpHeaders headers() {
      return answer.headers();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  private record Response<T>(HttpRequest request, Answer answer, T body)
      implements HttpResponse<T> {
    @Override
    public int statusCode() {
      return answer.status();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return answer.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
    throw new UnsupportedOperationException("the product sends asynchronously");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushed) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    throw new UnsupportedOperationException("there is no TLS in here");
  }

  @Override
  public SSLParameters sslParameters() {
    return new SSLParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }
}
