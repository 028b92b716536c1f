package io.tocsin.simulation;

import io.tocsin.simulation.NodeDatabase.Fate;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who reaches the world's database without being a node; nothing ever befalls it. */
record Outsider(World world, String name) implements NodeDatabase.Surroundings {
  @Override
  public String nodeId() {
    return "";
  }

  @Override
  public String nodeName() {
    return name;
  }

  @Override
  public Instant now() {
    return world.clock().now();
  }

  @Override
  public String rewrite(String sql) {
    return sql;
  }

  @Override
  public void travel() {}

  @Override
  public @Nullable Duration cut() {
    return null;
  }

  @Override
  public void sleep(Duration duration) {}

  @Override
  public Fate nextCommit() {
    return Fate.GOES_WELL;
  }

  @Override
  public void die() {
    throw new IllegalStateException("the world does not die");
  }

  @Override
  public void committed() throws SQLException {
    world.committed(name);
  }
}
