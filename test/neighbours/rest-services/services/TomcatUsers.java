import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** The reads of the users service as a servlet that leaves the charset to Tomcat, which is ISO-8859-1. */
public class TomcatUsers extends HttpServlet {
  public static void main(String[] args) throws LifecycleException {
    LogManager.getLogManager().reset();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[1]);
    tomcat.setPort(Integer.parseInt(args[0]));
    tomcat.getConnector();
    var context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "users", new TomcatUsers());
    context.addServletMappingDecoded("/users", "users");
    tomcat.start();
    tomcat.getServer().await();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String users = Arrays.stream(request.getParameter("ids").split(",")).map(TomcatUsers::user).collect(Collectors.joining(","));
    response.setContentType("application/json");
    response.getWriter().print("{\"users\":[" + users + "]}");
  }

  static String user(String id) {
    if (id.equals("crash")) throw new IllegalStateException("crash");
    return String.format(
        "{\"id\":\"%s\",\"name\":\"Renée Müller\",\"email\":\"%s@example.com\",\"avatarUrl\":null,\"role\":\"customer\",\"createdAt\":\"2026-11-01T10:00:00Z\"}",
        id, id);
  }
}
