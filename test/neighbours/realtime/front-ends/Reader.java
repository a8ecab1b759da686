// java.net.http: a subscriber of lines.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

class Reader {
  static final List<String> TYPES = List.of("status", "shutdown", "end");
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static String last = "";
  static String name = "";
  static String id = "";

  static void line(String line) {
    if (line.startsWith("event: ")) name = line.substring(7);
    else if (line.startsWith("id: ")) last = id = line.substring(4);
    else if (line.isEmpty()) {
      if (TYPES.contains(name)) System.out.printf("[\"%s\",\"%s\"]%n", name, id);
      name = id = "";
    }
  }

  /** Reads a stream to its end. Returns whether another may follow. */
  static boolean read() throws InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("URL")))
        .header("Authorization", "Bearer " + System.getenv("TOKEN"))
        .header("Accept", "text/event-stream")
        .header("Last-Event-ID", last)
        .build();
    try {
      var answer = CLIENT.send(request, BodyHandlers.ofLines());
      if (answer.statusCode() != 200) {
        System.out.printf("[\"refused\",%d]%n", answer.statusCode());
        return answer.statusCode() == 503;
      }
      answer.body().forEach(Reader::line);
    } catch (java.io.IOException | java.io.UncheckedIOException lost) {
      name = id = "";
    }
    return true;
  }

  public static void main(String[] none) throws InterruptedException {
    while (read()) Thread.sleep(500);
    System.out.println("[\"stopped\"]");
  }
}
