import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.servlet.ServletContextHandler;

/** The users service as a servlet of Jetty, with its gzip handler. */
public class JettyUsers extends HttpServlet {
  public static void main(String[] args) throws Exception {
    Server server = new Server(Integer.parseInt(args[0]));
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(JettyUsers.class, "/*");
    GzipHandler gzip = new GzipHandler();
    gzip.setHandler(context);
    server.setHandler(gzip);
    server.start();
    server.join();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String id = request.getRequestURI().replaceFirst(".*/", "");
    String given = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    switch (request.getMethod()) {
      case "GET":
        String[] ids = request.getParameter("ids").split(",");
        if (Arrays.asList(ids).contains("crash")) throw new IllegalStateException("crash");
        String users = Arrays.stream(ids).map((one) -> user(one, "")).collect(Collectors.joining(","));
        answer(response, 200, "{\"users\":[" + users + "]}");
        break;
      case "POST":
        if (of(given, "email", "").startsWith("taken")) response.sendError(409);
        else answer(response, 201, user("u9", given));
        break;
      case "PATCH":
        answer(response, 200, user(id, given));
        break;
      default:
        if (id.equals("nobody")) response.sendError(404);
        else response.setStatus(204);
    }
  }

  static void answer(HttpServletResponse response, int status, String body) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().print(body);
  }

  static String user(String id, String given) {
    return String.format(
        "{\"id\":\"%s\",\"name\":\"%s\",\"email\":\"%s\",\"avatarUrl\":null,\"role\":\"customer\",\"createdAt\":\"2026-11-01T10:00:00Z\"}",
        id, of(given, "name", "Ада Lovelace № 1 ✓"), of(given, "email", id + "@example.com"));
  }

  static String of(String given, String name, String otherwise) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(given);
    return found.find() ? found.group(1) : otherwise;
  }
}
