package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Json;
import io.tocsin.http.Listener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A simulated cloud behind a real socket of its own. */
public final class ServedCloud implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SimulatedCloud cloud;
  private final Listener listener;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Takes it over: {@link #close} closes it too. */
  public ServedCloud(SimulatedCloud cloud) {
    this.cloud = cloud;
    listener =
        new Listener(
            HttpSettings.at("127.0.0.1", 0),
            cloud.mounts(),
            Clock.system(),
            new SplittableRandom(1));
    listener.start();
  }

  public static ServedCloud inMemory(RegionSpec spec, Behaviour behaviour) {
    return new ServedCloud(SimulatedCloud.inMemory(spec, behaviour, Clock.system()));
  }

  public SimulatedCloud cloud() {
    return cloud;
  }

  /** Without a path, and without a slash at its end. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + listener.address().getPort());
  }

  /** A call that must succeed; answers its document, an empty object where there is none. */
  public JsonNode control(String method, String path, @Nullable String body) {
    HttpRequest request =
        HttpRequest.newBuilder(url().resolve(path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() < 200 || answer.statusCode() > 299) {
        throw new AssertionError(method + " " + path + " is answered " + answer.statusCode());
      }
      return answer.body().length == 0 ? Json.object() : Json.parse(answer.body());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + " " + path, e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    listener.close();
    cloud.close();
  }
}
