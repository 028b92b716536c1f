package io.tocsin.masakari;

import io.tocsin.clock.Clock;
import io.tocsin.openstack.Access;
import io.tocsin.openstack.CallLimit;
import io.tocsin.openstack.CallSettings;
import io.tocsin.openstack.OpenStackClient;
import io.tocsin.openstack.Trust;
import io.tocsin.store.Database;
import io.tocsin.store.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Runs imports, and keeps what they reported. */
final class Importing {
  static final Import.Options USUAL = new Import.Options(false, null, true, 200);

  final List<String> list = new ArrayList<>();
  private final URI source;
  private final Database target;
  private @Nullable Secret token;
  private Duration callTimeout = Duration.ofSeconds(20);

  Importing(URI source, Database target) {
    this.source = source;
    this.target = target;
  }

  Importing as(String newToken) {
    token = new Secret(newToken);
    return this;
  }

  Importing waiting(Duration newCallTimeout) {
    callTimeout = newCallTimeout;
    return this;
  }

  ImportReport run() {
    return run(USUAL);
  }

  ImportReport run(Import.Options options) {
    ImportReport report = new ImportReport(options.isDryRun(), list::add);
    run(options, report);
    return report;
  }

  void run(Import.Options options, ImportReport report) {
    CallSettings calls = new CallSettings(callTimeout, callTimeout.multipliedBy(4), 3, 8 << 20);
    try (OpenStackClient client =
        new OpenStackClient(
            Access.open(source),
            calls,
            Trust.usual(),
            new CallLimit(8, Clock.system()),
            new Random(7),
            Clock.system())) {
      Source connected = new Source(client, token, options.pageSize());
      connected.connect();
      new Import(connected, target, options, report, (_, _, _) -> {}, Clock.system()).run();
    }
  }
}
