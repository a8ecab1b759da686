import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** The work that writes do, in a file that outlives its server, as work.py keeps it. */
final class Work {
  private final Path file;
  private final String name;
  private final Set<String> done = new HashSet<>();

  Work(String file, String name) throws IOException {
    this.file = Path.of(file);
    this.name = name;
    for (String line : Files.readAllLines(this.file)) {
      if (line.startsWith("done ")) done.add(line.split(" ")[2]);
    }
  }

  /** Does the work of one write; with a key once. The id says how long it takes: slow-1500-… is 1.5 s. */
  void run(String rpc, String id, boolean hasKey) {
    synchronized (this) {
      if (hasKey && done.contains(id)) return;
      write("begun", rpc, id);
    }
    if (id.startsWith("slow-")) sleep(Long.parseLong(id.split("-")[1]));
    synchronized (this) {
      if (hasKey && !done.add(id)) return;
      write("done", rpc, id);
    }
  }

  static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(String what, String rpc, String id) {
    byte[] line = String.join(" ", what, rpc, id, name + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(file, line, StandardOpenOption.APPEND);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
