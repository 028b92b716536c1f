package io.tocsin.cli;

import io.tocsin.app.Demo;
import io.tocsin.simulator.SimulatedCloud;
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
   * @param watches the commands that follow what is told of it
   */
  static List<String> lines(
      Demo.Started demo, List<String> hosts, String flags, List<String> watches) {
    URI keystone = demo.keystone();
    String header = keystone == null ? "" : DemoSession.SHELL_HEADER;
    String report = REPORT.formatted(hosts.getLast());
    return """

    The API answers at %1$s, the simulated cloud at %2$s.

    Let a host die; its recovery shows here:
      ./tocsin demo%3$s --fail %5$s
      curl -X POST %2$s/simulator/hosts/%6$s/fail

    In other terminals, follow what the operators are told of it, and what an owner is:
      %10$s
      %11$s

    Or report a failure as a monitor does, and ask what is known:
    %7$s\
      curl -s %1$s/v1/notifications%8$s -H 'Content-Type: application/json' -d '{"notification": %4$s}'
      curl -s '%1$s/v1/notifications?limit=3'%8$s

    The same with python3-openstackclient and python3-masakariclient:
    %9$s
    Ctrl-C ends the demo; the next start carries on where it was.
    """
        .formatted(
            demo.api(),
            demo.simulator(),
            flags,
            report,
            hosts.getFirst(),
            hosts.get(hosts.size() / 2),
            keystone == null ? "" : "  " + DemoSession.shellLine(keystone) + "\n",
            header,
            keystone == null ? withoutToken(demo.api()) : withToken(keystone),
            watches.getFirst(),
            watches.getLast())
        .lines()
        .toList();
  }

  private static String withoutToken(URI api) {
    return """
      openstack --os-auth-type none --os-endpoint %1$s/v1 segment list
      openstack --os-auth-type none --os-endpoint %1$s/v1 segment host list demo
      openstack --os-auth-type none --os-endpoint %1$s/v1 notification list
    """
        .formatted(api);
  }

  private static String withToken(URI keystone) {
    return """
      export OS_AUTH_URL=%1$s/v3 OS_USERNAME=%2$s OS_PASSWORD=%3$s OS_PROJECT_NAME=%2$s
      export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_IDENTITY_API_VERSION=3
      openstack segment list
      openstack segment host list demo
      openstack notification list
    """
        .formatted(keystone, SimulatedCloud.ADMINISTRATOR, SimulatedCloud.PASSWORD);
  }
}
