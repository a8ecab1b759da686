import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The users service on com.sun.net.httpserver. */
public class Users {
  public static void main(String[] args) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
    server.createContext("/readyz", exchange -> answer(exchange, 200, "{}"));
    server.createContext("/users", Users::users);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  static void users(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    String given = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (exchange.getRequestMethod()) {
      case "GET":
        String[] ids = exchange.getRequestURI().getQuery().substring("ids=".length()).split(",");
        if (Arrays.asList(ids).contains("crash")) throw new IllegalStateException("crash");
        answer(exchange, 200, Arrays.stream(ids).map(one -> user(one, "")).collect(Collectors.joining(",", "{\"users\":[", "]}")));
        break;
      case "POST":
        if (given.contains("\"taken")) exchange.sendResponseHeaders(409, -1);
        else answer(exchange, 201, user("u9", given));
        break;
      case "PATCH":
        answer(exchange, 200, user(id, given));
        break;
      default:
        exchange.sendResponseHeaders(id.equals("nobody") ? 404 : 204, -1);
    }
    exchange.close();
  }

  static String user(String id, String given) {
    return String.format(
        "{\"id\":\"%s\",\"name\":%s,\"email\":%s,\"avatarUrl\":null,\"role\":\"customer\",\"createdAt\":\"2026-11-01T10:00:00Z\"}",
        id, field(given, "name", "Ада Lovelace № 1 ✓"), field(given, "email", id + "@example.com"));
  }

  static String field(String json, String name, String otherwise) {
    var found = Pattern.compile("\"" + name + "\":(\"[^\"]*\")").matcher(json);
    return found.find() ? found.group(1) : "\"" + otherwise + "\"";
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
