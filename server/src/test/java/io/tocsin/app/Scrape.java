package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page in Prometheus's text format 0.0.4, read as strictly as Prometheus reads it and then as
 * {@code promtool check metrics} looks at it. What is not right fails the test.
 */
final class Scrape {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (.+)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary)");
  private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\n\"])*)\"(?:,|$)");

  /** One name with all that is told under it. */
  static final class Family {
    final String type;
    final Set<String> labels = new TreeSet<>();

    Family(String type) {
      this.type = type;
    }
  }

  private record Series(String name, Map<String, String> labels) {}

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Map<Series, Double> samples = new LinkedHashMap<>();

  private Scrape() {}

  static Scrape read(String page) {
    assertThat(page).endsWith("\n");
    Scrape scrape = new Scrape();
    Set<String> explained = new HashSet<>();
    String open = "";
    for (String line : page.lines().toList()) {
      Matcher help = HELP.matcher(line);
      Matcher type = TYPE.matcher(line);
      if (help.matches()) {
        assertThat(explained.add(help.group(1))).as("explained once: %s", line).isTrue();
      } else if (type.matches()) {
        open = type.group(1);
        assertThat(explained).as("explained before: %s", line).contains(open);
        Family before = scrape.families.put(open, new Family(type.group(2)));
        assertThat(before).as("told in one place: %s", line).isNull();
        assertThat(open.endsWith("_total")).isEqualTo(type.group(2).equals("counter"));
      } else {
        scrape.add(open, line);
      }
    }
    scrape.checkHistograms();
    return scrape;
  }

  private void add(String open, String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as("a sample: %s", line).isTrue();
    String name = sample.group(1);
    Family family = families.get(open);
    if (family == null) {
      throw new AssertionError("has no type: " + line);
    }
    boolean isOfFamily =
        switch (family.type) {
          case "histogram" -> name.matches(open + "_(bucket|sum|count)");
          case "summary" -> name.matches(open + "(_sum|_count)?");
          default -> name.equals(open);
        };
    assertThat(isOfFamily).as("stands with its family: %s", line).isTrue();
    Map<String, String> labels = labels(sample.group(2), line);
    family.labels.addAll(labels.keySet());
    family.labels.remove("le");
    Double before = samples.put(new Series(name, labels), value(sample.group(3)));
    assertThat(before).as("told once: %s", line).isNull();
  }

  private static Map<String, String> labels(@Nullable String text, String line) {
    Map<String, String> labels = new TreeMap<>();
    if (text != null) {
      Matcher label = LABEL.matcher(text);
      int end = 0;
      while (label.find() && label.start() == end) {
        assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
        end = label.end();
      }
      assertThat(end).as("labels: %s", line).isEqualTo(text.length());
    }
    return labels;
  }

  private static double value(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Buckets grow, and the last one holds everything. */
  private void checkHistograms() {
    Map<Series, TreeMap<Double, Double>> histograms = new HashMap<>();
    samples.forEach((series, count) -> {
      if (series.name().endsWith("_bucket")) {
        Map<String, String> rest = new TreeMap<>(series.labels());
        double bound = value(String.valueOf(rest.remove("le")));
        String name = series.name().substring(0, series.name().length() - "_bucket".length());
        histograms.computeIfAbsent(new Series(name, rest), _ -> new TreeMap<>()).put(bound, count);
      }
    });
    histograms.forEach((series, buckets) -> {
      assertThat(new ArrayList<>(buckets.values())).as(series.name()).isSorted();
      assertThat(buckets.lastKey()).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(samples.get(new Series(series.name() + "_count", series.labels())))
          .isEqualTo(buckets.lastEntry().getValue());
    });
  }

  Map<String, Family> families() {
    return families;
  }

  /** Every value of a label, in every series. */
  Set<String> valuesOf(String label) {
    Set<String> values = new TreeSet<>();
    samples.keySet().forEach(it -> values.add(it.labels().getOrDefault(label, "")));
    values.remove("");
    return values;
  }

  /** Of the one series with exactly these labels, given as {@code name=value}. */
  double value(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (String label : List.of(labels)) {
      wanted.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
    }
    Double value = samples.get(new Series(name, wanted));
    if (value == null) {
      throw new AssertionError("there is no " + name + wanted);
    }
    return value;
  }
}
