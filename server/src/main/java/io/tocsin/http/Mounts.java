package io.tocsin.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which API a path belongs to. The longest prefix wins; a prefix matches whole path elements only:
 * {@code /v1} takes {@code /v1} and {@code /v1/x}, not {@code /v1x}.
 */
public final class Mounts {
  /**
   * One API.
   *
   * @param prefix starts with a slash and ends without one; as sent, so percent-encoded
   */
  public record Mount(String prefix, Handler handler, ErrorPages errors) {
    public Mount {
      if (!prefix.startsWith("/") || prefix.endsWith("/")) {
        throw new IllegalArgumentException("A prefix is like /v1, not '" + prefix + "'");
      }
    }

    private boolean takes(String path) {
      return path.startsWith(prefix)
          && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }
  }

  private static final Handler NOTHING_HERE =
      request -> Response.text(404, "text/plain; charset=UTF-8", "404 Not Found\n");

  private static final String NO_MOUNT = "other";

  private final List<Mount> longestFirst;
  private final Place everythingElse;

  /**
   * What answers a path, and how errors on it are worded.
   *
   * @param api the prefix of its mount; {@value #NO_MOUNT} where it has none
   */
  record Place(String api, Handler handler, ErrorPages errors) {}

  private Mounts(List<Mount> longestFirst, Place everythingElse) {
    this.longestFirst = longestFirst;
    this.everythingElse = everythingElse;
  }

  /** Those APIs; every other path is a plain 404. */
  public static Mounts of(Mount... mounts) {
    return new Mounts(
        longestFirst(List.of(mounts)), new Place(NO_MOUNT, NOTHING_HERE, ErrorPages.PLAIN));
  }

  /** The same APIs and one more. */
  public Mounts with(String prefix, Handler handler, ErrorPages errors) {
    List<Mount> more = new ArrayList<>(longestFirst);
    more.add(new Mount(prefix, handler, errors));
    return new Mounts(longestFirst(more), everythingElse);
  }

  /** The same APIs, and {@code handler} for every path that none of them takes. */
  public Mounts otherwise(Handler handler, ErrorPages errors) {
    return new Mounts(longestFirst, new Place(NO_MOUNT, handler, errors));
  }

  Place at(String rawPath) {
    for (Mount mount : longestFirst) {
      if (mount.takes(rawPath)) {
        return new Place(mount.prefix(), mount.handler(), mount.errors());
      }
    }
    return everythingElse;
  }

  private static List<Mount> longestFirst(List<Mount> mounts) {
    if (mounts.stream().map(Mount::prefix).distinct().count() < mounts.size()) {
      throw new IllegalArgumentException("A prefix is mounted twice");
    }
    Comparator<Mount> byLength = Comparator.comparingInt(m -> m.prefix().length());
    return mounts.stream().sorted(byLength.reversed()).toList();
  }
}
