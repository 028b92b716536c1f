package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import java.net.URI;
import java.util.SplittableRandom;

/** A simulated cloud behind a real socket of its own. */
public final class ServedCloud implements AutoCloseable {
  private final SimulatedCloud cloud;
  private final Listener listener;

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

  @Override
  public void close() {
    listener.close();
    cloud.close();
  }
}
