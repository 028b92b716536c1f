package io.tocsin.compute;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The microversions that a compute endpoint offers: {@code 2.1} to {@code 2.96}. */
public record MicroversionRange(Microversion least, Microversion most) {
  /** Of one major number, compared as two numbers and not as text: 2.9 is below 2.53. */
  public record Microversion(int major, int minor) implements Comparable<Microversion> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,6})");

    /**
     * @throws IllegalArgumentException when it is not two numbers with a dot between
     */
    static Microversion parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not a microversion: " + text);
      }
      return new Microversion(
          Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public int compareTo(Microversion other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  boolean contains(Microversion version) {
    return least.compareTo(version) <= 0 && version.compareTo(most) <= 0;
  }

  @Override
  public String toString() {
    return least + " to " + most;
  }
}
