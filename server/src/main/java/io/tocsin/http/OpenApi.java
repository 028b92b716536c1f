package io.tocsin.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code /openapi} lists the descriptions of this server's APIs, {@code /openapi/NAME.yaml} and
 * {@code /openapi/NAME.json} are such a description. They are for everybody: they hold nothing that
 * the sources do not.
 */
public final class OpenApi implements Handler {
  public static final String MOUNT = "/openapi";

  private static final String YAML = "application/yaml";

  /** What the list says of one description. */
  record Entry(String name, String title, String url) {}

  private record Listed(List<Entry> documents) {}

  private record Description(String title, Response yaml, Response json) {}

  private final Map<String, Description> descriptions = new LinkedHashMap<>();

  /**
   * Reads every description, once.
   *
   * @param names in the order of the list; the YAML of {@code instance-ha} stands on the class path
   *     as {@code /openapi/instance-ha.yaml}
   */
  public OpenApi(List<String> names) {
    names.forEach(name -> descriptions.put(name, read("/openapi/" + name + ".yaml")));
  }

  private static Description read(String resource) {
    try (InputStream stream = OpenApi.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("Not on the class path: " + resource);
      }
      byte[] yaml = stream.readAllBytes();
      JsonNode document = new YAMLMapper().readTree(yaml);
      return new Description(
          document.path("info").path("title").stringValue(),
          new Response(200, Headers.of("Content-Type", YAML), yaml),
          Json.response(200, document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Response handle(Request request) {
    String path = request.rawPath().substring(MOUNT.length());
    Response found = path.isEmpty() ? list(request.baseUrl()) : description(path);
    boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
    return found.status() == 404 || isRead ? found : Response.empty(405).with("Allow", "GET, HEAD");
  }

  private Response list(String baseUrl) {
    List<Entry> entries =
        descriptions.entrySet().stream()
            .map(it ->
                new Entry(
                    it.getKey(),
                    it.getValue().title(),
                    "%s%s/%s.yaml".formatted(baseUrl, MOUNT, it.getKey())))
            .toList();
    return Json.response(200, new Listed(entries));
  }

  private Response description(String path) {
    for (Map.Entry<String, Description> it : descriptions.entrySet()) {
      String name = "/" + it.getKey();
      if (path.equals(name + ".yaml")) {
        return it.getValue().yaml();
      }
      if (path.equals(name + ".json")) {
        return it.getValue().json();
      }
    }
    return Response.empty(404);
  }
}
