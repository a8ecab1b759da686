import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Messages without a schema: enough of protobuf for the shop. */
final class Protobuf {
  private Protobuf() {}

  /** Builds a message; defaults are left out, as in proto3. */
  static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    Writer text(int field, String value) {
      return value.isEmpty() ? this : message(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Writer message(int field, byte[] value) {
      return written(() -> out.writeByteArray(field, value));
    }

    Writer number(int field, long value) {
      return value == 0 ? this : written(() -> out.writeInt64(field, value));
    }

    Writer real(int field, double value) {
      return written(() -> out.writeDouble(field, value));
    }

    byte[] done() {
      written(out::flush);
      return bytes.toByteArray();
    }

    private Writer written(Write write) {
      try {
        write.run();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      return this;
    }
  }

  private interface Write {
    void run() throws IOException;
  }

  /** The fields of a message. */
  static final class Fields {
    private final Map<Integer, List<byte[]>> found = new HashMap<>();
    private final Map<Integer, Long> numbers = new HashMap<>();

    Fields(byte[] message) {
      try {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          if ((tag & 7) == 0) numbers.put(tag >> 3, in.readInt64());
          else if ((tag & 7) == 2) found.computeIfAbsent(tag >> 3, field -> new ArrayList<>()).add(in.readByteArray());
          else in.skipField(tag);
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }

    List<byte[]> all(int field) {
      return found.getOrDefault(field, List.of());
    }

    List<String> texts(int field) {
      List<String> texts = new ArrayList<>();
      for (byte[] one : all(field)) texts.add(new String(one, StandardCharsets.UTF_8));
      return texts;
    }

    String text(int field) {
      return all(field).isEmpty() ? "" : texts(field).get(0);
    }

    long number(int field, long otherwise) {
      return numbers.getOrDefault(field, otherwise);
    }
  }
}
