package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.store.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class LinksTest {
  @Test
  void aPrefixReplacesWhatTheRequestWasSeenWith() throws Exception {
    InstanceHaSettings settings = new InstanceHaSettings(1000, "https://ha.example/instance-ha/");
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database.database(), settings);
        HttpClient http = HttpClient.newHttpClient()) {
      for (String path : new String[] {"/", "/v1", "/v1/versions/v1.0"}) {
        HttpRequest request = HttpRequest.newBuilder(api.uri(path)).build();

        assertThat(http.send(request, BodyHandlers.ofString()).body())
            .contains("\"href\":\"https://ha.example/instance-ha/v1/\"");
      }
    }
  }
}
