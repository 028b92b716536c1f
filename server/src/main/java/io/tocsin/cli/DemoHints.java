package io.tocsin.cli;

import java.net.URI;
import java.util.List;

/** What to try at a running demo: lines that work as pasted. */
final class DemoHints {
  /** Inside the single quotes of a shell, which end around the command that tells the time. */
  private static final String REPORT =
      """
      {"type": "COMPUTE_HOST", "hostname": "%s", \
      "generated_time": "'$(date -u +%%FT%%TZ)'", \
      "payload": {"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"}}\
      """
          .strip();

  private DemoHints() {}

  /**
   * The lines to show.
   *
   * @param hosts at least one that is alive; the lines let up to three die
   * @param flags what {@code ./tocsin demo --fail} needs besides to find the demo; empty where it
   *     is at the usual place
   */
  static List<String> lines(URI api, URI simulator, List<String> hosts, String flags) {
    return """

    The API answers at %1$s, the simulated cloud at %2$s.

    Let a host die; its recovery shows here:
      ./tocsin demo%3$s --fail %5$s
      curl -X POST %2$s/simulator/hosts/%6$s/fail

    Or report a failure as a monitor does, and ask what is known:
      curl -s %1$s/v1/notifications -H 'Content-Type: application/json' -d '{"notification": %4$s}'
      curl -s '%1$s/v1/notifications?limit=3'

    The same with python3-openstackclient and python3-masakariclient:
      openstack --os-auth-type none --os-endpoint %1$s/v1 segment list
      openstack --os-auth-type none --os-endpoint %1$s/v1 segment host list demo
      openstack --os-auth-type none --os-endpoint %1$s/v1 notification list

    Ctrl-C ends the demo; the next start carries on where it was.
    """
        .formatted(
            api,
            simulator,
            flags,
            REPORT.formatted(hosts.getLast()),
            hosts.getFirst(),
            hosts.get(hosts.size() / 2))
        .lines()
        .toList();
  }
}
