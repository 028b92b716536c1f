package io.tocsin.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the database server runs as. PostgreSQL refuses to run as root, so root's server runs as
 * whoever owns the database already, and as {@code nobody} if there is none yet.
 *
 * @param prefix what stands before a command so that it runs as this account; empty for our own
 * @param uid of the account
 */
record ServerAccount(List<String> prefix, int uid) {
  private static final int ROOT = 0;
  private static final String UNPRIVILEGED_USER = "nobody";

  /**
   * A directory that only root may enter, such as a clone under /root, is out of reach for the
   * account; this one capability lets it read and search, and no more. Containers often lack it and
   * have the stronger one.
   */
  private static final List<String> CAPABILITIES = List.of("dac_read_search", "dac_override");

  /**
   * PostgreSQL looks for its own programs with access(2), which ignores the capabilities of
   * everybody but root unless this bit is set (Linux, capabilities(7)).
   */
  private static final String CAPABILITIES_COUNT_IN_ACCESS = "--securebits=+no_setuid_fixup";

  ServerAccount {
    prefix = List.copyOf(prefix);
  }

  boolean isOurs() {
    return prefix.isEmpty();
  }

  /**
   * Finds a way that works, by trying: the account must be able to enter the data directory, and
   * PostgreSQL's programs must be able to find each other.
   */
  static ServerAccount find(Cluster cluster) {
    List<String> refusals = new ArrayList<>();
    try {
      // Not /proc/self: that is a link, and root's, whoever looks.
      int ourUid = ownerOf(Path.of("/proc", Long.toString(ProcessHandle.current().pid())));
      if (ourUid != ROOT) {
        return new ServerAccount(List.of(), ourUid);
      }
      int clusterOwner = cluster.exists() ? ownerOf(cluster.data()) : ROOT;
      int uid = clusterOwner == ROOT ? idOf("-u", UNPRIVILEGED_USER) : clusterOwner;
      for (List<String> prefix : prefixes(uid)) {
        Processes.Result tried = tryOut(prefix, cluster);
        if (tried.isSuccess()) {
          return new ServerAccount(prefix, uid);
        }
        refusals.add(Databases.oneLine(tried.output()));
      }
    } catch (IOException e) {
      throw new StoreStartException(
          "PostgreSQL cannot run as root, and no other account could be prepared: " + e, e);
    }
    throw new StoreStartException(
        "PostgreSQL cannot run as root, and as %s it does not run in %s (%s); choose another data directory, or start Tocsin as an ordinary user"
            .formatted(
                UNPRIVILEGED_USER,
                cluster.directory(),
                refusals.isEmpty() ? "no setpriv, runuser or su" : refusals.getLast()),
        null);
  }

  private static List<List<String>> prefixes(int uid) throws IOException {
    int gid = idOf("-g", Integer.toString(uid));
    String user = Processes.run(List.of("id", "-un", Integer.toString(uid))).output();
    List<List<String>> prefixes = new ArrayList<>();
    Processes.find("setpriv")
        .ifPresent(setpriv -> {
          List<String> plain =
              List.of(setpriv, "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
          prefixes.add(plain);
          for (String capability : CAPABILITIES) {
            List<String> capable = new ArrayList<>(plain);
            capable.add(CAPABILITIES_COUNT_IN_ACCESS);
            capable.add("--inh-caps=+" + capability);
            capable.add("--ambient-caps=+" + capability);
            prefixes.add(capable);
          }
        });
    Processes.find("runuser")
        .ifPresent(runuser -> prefixes.add(List.of(runuser, "-u", user, "--")));
    Processes.find("su")
        .ifPresent(su ->
            prefixes.add(List.of(su, "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", user, "--")));
    return prefixes;
  }

  private static Processes.Result tryOut(List<String> prefix, Cluster cluster) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\""));
    command.add(cluster.directory().toString());
    // Tells what it would do, and only that.
    command.addAll(List.of(cluster.program("initdb").toString(), "--show", "--locale=C"));
    command.addAll(List.of("--pgdata", cluster.data().toString()));
    return Processes.run(command);
  }

  private static int idOf(String option, String user) throws IOException {
    Processes.Result id = Processes.run(List.of("id", option, user));
    if (!id.isSuccess()) {
      throw new IOException("no user " + user + " (" + id.output() + ")");
    }
    return Integer.parseInt(id.output());
  }

  private static int ownerOf(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** {@code command}, to be run as this account. */
  List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  /** Hands a file or an empty directory to this account. */
  void own(Path path) throws IOException {
    if (!isOurs()) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
