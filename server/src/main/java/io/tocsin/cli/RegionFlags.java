package io.tocsin.cli;

import picocli.CommandLine.Option;

/** How large a simulated region is. */
final class RegionFlags {
  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "20",
      description = "Compute hosts of the region. Default: ${DEFAULT-VALUE}.")
  private int hosts;

  @Option(
      names = "--instances",
      paramLabel = "M",
      defaultValue = "200",
      description = "Instances of the region. Default: ${DEFAULT-VALUE}.")
  private int instances;

  int hosts() {
    return hosts;
  }

  int instances() {
    return instances;
  }
}
