package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import io.tocsin.store.TestDatabase;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Tens of thousands of requests that no client sends: each gets an answer of this API's own, and
 * none is the server's fault. {@code -Dfuzz.seed} replays or varies, {@code -Dfuzz.cases} goes
 * further.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20260203L);
  private static final int CASES = Integer.getInteger("fuzz.cases", 20_000);

  /** Requests sent before their answers are read; together they fit into the socket's buffers. */
  private static final int AT_ONCE = 25;

  private static final int PATIENCE_MILLIS = 30_000;
  private static final Set<Integer> STATUSES =
      Set.of(200, 201, 202, 204, 300, 400, 404, 405, 406, 409, 415);

  @Test
  void everyRequestIsAnsweredAndNoneWithAnErrorOfOurs() throws IOException {
    Map<Integer, Integer> seen = new HashMap<>();
    try (TestDatabase database = TestDatabase.create();
        TestApi api = TestApi.start(database);
        Socket socket = new Socket()) {
      RandomRequests requests = new RandomRequests(new Random(SEED), fill(database));
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(api.address(), PATIENCE_MILLIS);
      InputStream answers = new BufferedInputStream(socket.getInputStream());
      for (int sent = 0; sent < CASES; sent += AT_ONCE) {
        for (byte[] request : send(socket, requests)) {
          int status = check(request, answers);
          seen.merge(status, 1, Integer::sum);
        }
      }
    }

    assertThat(seen.keySet())
        .as("all kinds of answers, or the test asks too little")
        .isEqualTo(STATUSES);
  }

  /** Things to be found, and their ids; all but one in use, so that no request takes them away. */
  private static List<String> fill(TestDatabase database) {
    return database
        .database()
        .inTransaction(handle -> {
          handle
              .createScript(
                  """
                  insert into segment (uuid, name, service_type, recovery_method, enabled)
                    values ('7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11', 'rack-1', 'COMPUTE', 'auto',
                      true),
                          ('c2a9a6d0-7b1d-4f0e-8f57-6d8f0a3ce2b4', 'rack-2', 'COMPUTE', 'auto',
                      true);
                  insert into host (uuid, segment_id, name, type, control_attributes, reserved,
                      on_maintenance)
                    values ('9b7f6a35-0f2f-4c61-a0b4-d8f1d2b7a0c9', 1, 'cmp-1', 'COMPUTE', 'SSH',
                      false, false);
                  insert into failure_notification
                      (uuid, host_id, host_uuid, segment_uuid, type, payload, generated_time,
                       status)
                    select '5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e', h.id, h.uuid, s.uuid,
                      'COMPUTE_HOST',
                      '{"event": "STOPPED"}', now(), 'new'
                    from host h join segment s on s.id = h.segment_id;
                  insert into vmove (uuid, recovery_id, instance_uuid, instance_name, source_host,
                      status)
                    values ('b7d4c7d2-3b0f-4a0d-8d0b-2f2f0f6f7c55', 1, gen_random_uuid(), 'db',
                      'cmp-1', 'pending');
                  """)
              .execute();
          return handle
              .createQuery(
                  """
                  select uuid::text from segment union select uuid::text from host
                  union select uuid::text from failure_notification
                  union select uuid::text from vmove order by 1
                  """)
              .mapTo(String.class)
              .list();
        });
  }

  private static List<byte[]> send(Socket socket, RandomRequests requests) throws IOException {
    List<byte[]> sent = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < AT_ONCE; i++) {
      byte[] request = requests.next();
      sent.add(request);
      bytes.writeBytes(request);
    }
    socket.getOutputStream().write(bytes.toByteArray());
    return sent;
  }

  private static int check(byte[] sent, InputStream answers) throws IOException {
    String request = new String(sent, StandardCharsets.UTF_8);
    String description = "seed %d, answer to:%n%s".formatted(SEED, request);
    try {
      String head = head(answers);
      byte[] body = request.startsWith("HEAD ") ? new byte[0] : answers.readNBytes(length(head));
      int status = Integer.parseInt(head.split(" ", 3)[1]);
      assertThat(status).as(description).isIn(STATUSES);
      if (head.contains("content-type: application/json; charset=utf-8") && body.length > 0) {
        assertThat(Json.parse(body).iterator().next().path("code").intValue())
            .as(description)
            .isEqualTo(status);
      }
      return status;
    } catch (IOException e) {
      throw new IOException(description, e);
    }
  }

  /** Status line and fields in lower case. */
  private static String head(InputStream answers) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = answers.read();
      if (next < 0) {
        throw new EOFException("No answer");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private static int length(String head) {
    int start = head.indexOf("content-length: ");
    return start < 0
        ? 0
        : Integer.parseInt(head.substring(start + 16, head.indexOf('\r', start)).strip());
  }
}
