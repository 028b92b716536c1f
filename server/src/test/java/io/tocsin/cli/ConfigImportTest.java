package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.app.Settings;
import io.tocsin.app.SettingsLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a Masakari configuration to one that our own loader takes. */
class ConfigImportTest {
  private static final String MASAKARI =
      """
      [DEFAULT]
      masakari_api_listen = 127.0.0.1
      masakari_api_listen_port = 15900
      debug = True
      osapi_max_limit = 500
      my_ip = 10.0.0.9
      osapi_masakari_link_prefix = https://$my_ip/instance-ha
      duplicate_notification_detection_interval = 240
      wait_period_after_evacuation = 120
      notifications_expired_interval = 43200
      host_failure_recovery_threads = 5
      nova_catalog_admin_info = compute:nova:internalURL
      os_region_name = eu-1
      transport_url = rabbit://openstack:mqsecret@10.0.0.2:5672/
      graceful_shutdown_timeout = 60
      flux_capacitor = on
      [database]
      connection = mysql+pymysql://masakari:dbsecret@10.0.0.3/masakari
      max_retries = -1
      [keystone_authtoken]
      auth_url = http://10.0.0.4:5000
      auth_type = password
      username = masakari
      password = "pass: word#1"
      project_name = service
      project_domain_id = default
      user_domain_name = Default
      memcached_servers = 10.0.0.5:11211
      [host_failure]
      evacuate_all_instances = no
      ignore_instances_in_error_state = 1
      ha_enabled_instance_metadata_key = Wichtig
      add_reserved_host_to_aggregate = true
      [oslo_middleware]
      max_request_body_size = 65536
      [wsgi]
      client_socket_timeout = 0
      [oslo_messaging_rabbit]
      rabbit_quorum_queue = true
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theFileItWritesIsOneThatTheServerTakes() throws IOException {
    Path file = directory.resolve("tocsin.yaml");

    int code = run(MASAKARI, "-o", file.toString());

    assertThat(code).as(err.toString()).isZero();
    assertThat(effective(file))
        .containsEntry("listen", "127.0.0.1:15900")
        .containsEntry("auth.mode", "keystone")
        .containsEntry("log.level", "debug")
        .containsEntry("instance-ha.max-limit", "500")
        .containsEntry("instance-ha.link-prefix", "https://10.0.0.9/instance-ha")
        .containsEntry("instance-ha.duplicate-window", "240s")
        .containsEntry("recovery.evacuation-wait", "120s")
        .containsEntry("recovery.expiry", "43200s")
        .containsEntry("cloud.service-type", "compute")
        .containsEntry("cloud.interface", "internal")
        .containsEntry("cloud.region", "eu-1")
        .containsEntry("keystone.url", "http://10.0.0.4:5000")
        .containsEntry("keystone.username", "masakari")
        .containsEntry("keystone.project", "service")
        .containsEntry("keystone.project-domain-id", "default")
        .containsEntry("recovery.evacuate-all-instances", "false")
        .containsEntry("recovery.ignore-instances-in-error", "true")
        .containsEntry("recovery.host-ha-enabled-key", "Wichtig")
        .containsEntry("recovery.add-reserved-host-to-aggregate", "true")
        .containsEntry("http.max-body", "65536B");
    assertThat(Files.readString(file))
        .contains("keystone.password: \"pass: word#1\"", "# [DEFAULT] osapi_max_limit, line 5")
        .doesNotContain("dbsecret", "mqsecret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void namesEveryOptionThatItLeavesOutAndWhy() throws IOException {
    run(MASAKARI);

    assertThat(err.toString())
        .contains(
            "[DEFAULT] host_failure_recovery_threads, line 11: has no meaning here: ",
            "[DEFAULT] transport_url, line 14: has no meaning here: there is no message bus",
            "[DEFAULT] flux_capacitor, line 16: Masakari has no such option",
            "[database] connection, line 18: has no meaning here: Masakari's own tables",
            "[database] max_retries, line 19: has no meaning here",
            "[keystone_authtoken] memcached_servers, line 28: has no meaning here",
            "[wsgi] client_socket_timeout, line 37: cannot become http.idle-timeout: out of range",
            "[oslo_messaging_rabbit] rabbit_quorum_queue, line 39: has no meaning here");
  }

  @Test
  void printsNoSecret() throws IOException {
    run(MASAKARI);

    assertThat(out.toString() + err)
        .contains("# keystone.password: left out; -o FILE writes it")
        .doesNotContain("pass: word#1", "dbsecret", "mqsecret");
  }

  @Test
  void thePrivilegedUserOfNovaGoesBeforeTheOneThatChecksTokens() throws IOException {
    Path file = directory.resolve("tocsin.yaml");

    run(
        """
        [DEFAULT]
        os_privileged_user_name = nova-admin
        os_privileged_user_password = secret
        os_privileged_user_tenant = 0123
        os_privileged_user_auth_url = http://10.0.0.4:5000/v3
        [keystone_authtoken]
        auth_url = http://10.0.0.4:5000
        username = masakari
        password = other
        project_name = service
        """,
        "-o",
        file.toString());

    assertThat(effective(file))
        .containsEntry("listen", "0.0.0.0:15868")
        .containsEntry("keystone.username", "nova-admin")
        .containsEntry("keystone.project", "0123");
    assertThat(Files.readString(file)).doesNotContain("other\"");
    assertThat(err.toString())
        .contains("[keystone_authtoken] username, line 8: one service user is enough here");
  }

  @Test
  void writesOverNothingAndRefusesWhatIsNotThere() throws IOException {
    Path there = Files.writeString(directory.resolve("tocsin.yaml"), "mine");

    assertThat(run(MASAKARI, "-o", there.toString())).isEqualTo(1);
    assertThat(there).hasContent("mine");
    assertThat(execute("config", "import", directory.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("exists already", "no such file");
  }

  @Test
  void whatTheServerWouldRefuseIsSaidAtOnce() throws IOException {
    int code =
        run(
            "[DEFAULT]\nmasakari_api_listen = 0.0.0.0\nauth_strategy = noauth2\n",
            "-o",
            directory.resolve("tocsin.yaml").toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("mend:", "listen: 0.0.0.0:15868 is open to the network");
  }

  private int run(String masakari, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("masakari.conf"), masakari);
    String[] all = new String[more.length + 3];
    all[0] = "config";
    all[1] = "import";
    all[2] = file.toString();
    System.arraycopy(more, 0, all, 3, more.length);
    return execute(all);
  }

  private int execute(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private static Map<String, String> effective(Path file) {
    return SettingsLoader.load(file, Map.of(), Map.of(), Map.of()).shown().stream()
        .collect(Collectors.toMap(Settings.Shown::name, Settings.Shown::text));
  }
}
