package io.tocsin.instanceha;

import io.tocsin.http.Headers;
import java.util.List;
import java.util.regex.Pattern;

/** The versions of the API that a request may ask for (Instance HA spec §2). */
enum Microversion {
  V1_0("1.0"),
  /** Adds {@code recovery_workflow_details} to a shown notification. */
  V1_1("1.1"),
  /** Lets {@code enabled} be sent for a segment. */
  V1_2("1.2"),
  /** Adds vmoves; they are answered at every version, because the SDK asks without one. */
  V1_3("1.3");

  static final String HEADER = "OpenStack-API-Version";
  static final String SERVICE = "instance-ha";
  static final Microversion MINIMUM = V1_0;
  static final Microversion MAXIMUM = V1_3;

  private static final Pattern WELL_FORMED = Pattern.compile("[1-9][0-9]*\\.(0|[1-9][0-9]*)");

  private final String text;

  Microversion(String text) {
    this.text = text;
  }

  boolean isAtLeast(Microversion other) {
    return compareTo(other) >= 0;
  }

  /**
   * The version these headers ask for; the minimum when they ask for none of this service. The last
   * entry for this service wins, entries for others are passed over.
   */
  static Microversion asked(Headers headers) {
    String asked = null;
    for (String field : headers.all(HEADER)) {
      for (String entry : field.split(",", -1)) {
        List<String> parts = List.of(entry.strip().split("\\s+", 2));
        if (parts.size() == 2 && parts.getFirst().equalsIgnoreCase(SERVICE)) {
          asked = parts.get(1).strip();
        }
      }
    }
    return asked == null ? MINIMUM : parse(asked);
  }

  private static Microversion parse(String asked) {
    if (asked.equals("latest")) {
      return MAXIMUM;
    }
    if (!WELL_FORMED.matcher(asked).matches()) {
      throw Fault.badRequest(
              "API Version String "
                  + asked
                  + " is of invalid format. Must be of format MajorNum.MinorNum.")
          .asException();
    }
    for (Microversion version : values()) {
      if (version.text.equals(asked)) {
        return version;
      }
    }
    throw new Fault(
            406,
            "Version %s is not supported by the API. Minimum is %s and maximum is %s."
                .formatted(asked, MINIMUM, MAXIMUM))
        .asException();
  }

  /** As on the wire: {@code 1.2}. */
  @Override
  public String toString() {
    return text;
  }
}
