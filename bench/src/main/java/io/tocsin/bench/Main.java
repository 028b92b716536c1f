package io.tocsin.bench;

import java.util.Arrays;
import java.util.List;

/** {@code tocsin bench NAME …}: runs one benchmark and prints its report. */
public final class Main {
  private static final String USAGE =
      "usage: tocsin bench intake|recovery|queue|listing|publishing|feed [options]";

  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      System.err.println(USAGE);
      System.exit(2);
    }
    List<String> options = Arrays.asList(args).subList(1, args.length);
    try {
      switch (args[0]) {
        case "intake" -> IntakeBench.run(options);
        case "feed" -> FeedBench.run(options);
        case "publishing" -> PublishingBench.run(options);
        case "listing" -> ListingBench.run(options);
        case "queue" -> QueueBench.run();
        case "recovery" -> RecoveryBench.run();
        default -> {
          System.err.println(USAGE);
          System.exit(2);
        }
      }
    } catch (Exception e) {
      // Servers of a broken run would keep this process alive.
      e.printStackTrace();
      System.exit(1);
    }
  }
}
