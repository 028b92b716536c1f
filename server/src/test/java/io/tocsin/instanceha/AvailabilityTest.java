package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.Databases;
import io.tocsin.store.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What passes must look like something that passes: monitors give up on 400 and 409. */
class AvailabilityTest {
  private static final String REPORT =
      """
      {"notification": {"type": "PROCESS", "hostname": "cmp-1",
        "generated_time": "2026-02-03T12:05:00",
        "payload": {"event": "STOPPED", "process_name": "nova-compute"}}}
      """;

  @Test
  void aDatabaseWithoutAConnectionToSpareIs503() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        HikariDataSource narrow =
            Databases.connect(
                database
                    .settings()
                    .withPoolSize(1)
                    .withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(5)));
        TestApi api =
            TestApi.start(new Database(narrow, CommitObserver.NONE), InstanceHaSettings.DEFAULTS);
        HttpClient http = HttpClient.newHttpClient()) {
      try (Connection _ = narrow.getConnection()) {
        for (HttpRequest request : new HttpRequest[] {list(api), report(api)}) {
          HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());

          assertThat(answer.statusCode()).isEqualTo(503);
          assertThat(answer.headers().firstValue("Retry-After")).contains("2");
          assertThat(answer.headers().firstValue("OpenStack-API-Version"))
              .contains("instance-ha 1.0");
          assertThat(answer.body())
              .isEqualTo(
                  """
                  {"serviceUnavailable":{"code":503,"message":"The database cannot be reached. \
                  Try again later."}}\
                  """);
        }
      }
      assertThat(http.send(list(api), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatNobodyExpectedIs500WithoutInternals() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database);
        HttpClient http = HttpClient.newHttpClient()) {
      database
          .database()
          .inTransaction(handle -> handle.execute("alter table segment rename to elsewhere"));

      HttpResponse<String> answer = http.send(list(api), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.headers().firstValue("x-openstack-request-id").orElse(""))
          .startsWith("req-");
      assertThat(answer.headers().firstValue("OpenStack-API-Version")).isEmpty();
      assertThat(answer.body())
          .isEqualTo(
              """
              {"masakariFault":{"code":500,"message":"The server has either erred or is \
              incapable of performing the requested operation."}}\
              """);
    }
  }

  private static HttpRequest list(TestApi api) {
    return HttpRequest.newBuilder(api.uri("/v1/segments")).build();
  }

  private static HttpRequest report(TestApi api) {
    return HttpRequest.newBuilder(api.uri("/v1/notifications"))
        .POST(BodyPublishers.ofString(REPORT))
        .build();
  }
}
