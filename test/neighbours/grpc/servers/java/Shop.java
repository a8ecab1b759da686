import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Products and orders, served by grpc-java on Netty. Ends when its standard input does. */
public final class Shop {
  private static final int PLACED = 1;
  private static final int CANCELLED = 6;
  private static final byte[] PLACED_AT = message().number(1, 1_790_000_000L).done();
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        }
      };

  public static void main(String[] args) throws IOException {
    List<String> given = Arrays.asList(args);
    Work work = new Work(flag(given, "--work", ""), flag(given, "--name", "grpc-java"));
    int port = Integer.parseInt(flag(given, "--port", "0"));
    NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port));
    String age = flag(given, "--max-connection-age-ms", "");
    String grace = flag(given, "--max-connection-age-grace-ms", "");
    if (!age.isEmpty()) builder.maxConnectionAge(Long.parseLong(age), TimeUnit.MILLISECONDS);
    if (!grace.isEmpty()) builder.maxConnectionAgeGrace(Long.parseLong(grace), TimeUnit.MILLISECONDS);
    builder.addService(products(work)).addService(orders(work));
    if (given.contains("--health")) builder.addService(health());
    Server server = builder.build().start();
    String version = Server.class.getPackage().getImplementationVersion();
    // In one write, as it is waited for.
    System.out.print("listening " + server.getPort() + " grpc-java " + version + "\n");
    System.out.flush();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static String flag(List<String> given, String name, String otherwise) {
    int place = given.indexOf(name);
    return place < 0 ? otherwise : given.get(place + 1);
  }

  private static Protobuf.Writer message() {
    return new Protobuf.Writer();
  }

  private static byte[] money(long amount) {
    return message().number(1, amount).text(2, "EUR").done();
  }

  private static byte[] product(String id) {
    int size = id.startsWith("large-") ? Integer.parseInt(id.split("-")[1]) : 1;
    return message().text(1, id).text(2, "Größe " + id + " ✓").text(3, "lorem ipsum ".repeat(20 * size)).text(4, "books")
        .message(5, money(100 + id.length())).number(6, 3).real(7, 4.5).done();
  }

  private static byte[] order(String id, int status, List<byte[]> lines, String reservation) {
    Protobuf.Writer order = message().text(1, id).text(2, "u1").number(3, status)
        .message(4, money(1000 + id.length())).message(5, PLACED_AT);
    for (byte[] line : lines) order.message(6, line);
    return order.text(7, reservation).done();
  }

  private static ServerServiceDefinition products(Work work) {
    return service("shop.products.v1.ProductsService", Map.of(
        "BatchGetProducts", request -> {
          Protobuf.Writer answer = message();
          for (String id : new Protobuf.Fields(request).texts(1)) answer.message(1, product(id));
          return answer.done();
        },
        "ReserveStock", request -> {
          work.run("ReserveStock", new Protobuf.Fields(request).text(1), true);
          return message().message(1, PLACED_AT).done();
        })).build();
  }

  private static ServerServiceDefinition orders(Work work) {
    String name = "shop.orders.v1.OrdersService";
    return service(name, Map.of(
        "BatchGetOrders", Shop::batchGetOrders,
        "ListRecentOrders", request -> {
          Protobuf.Writer answer = message();
          long count = new Protobuf.Fields(request).number(1, 5);
          for (int index = 0; index < count; index += 1) answer.message(1, order("o" + index, PLACED, List.of(), ""));
          return answer.done();
        },
        "PlaceOrder", request -> {
          Protobuf.Fields given = new Protobuf.Fields(request);
          work.run("PlaceOrder", given.text(1), true);
          return message().message(1, order("o-" + given.text(1), PLACED, given.all(2), given.text(3))).done();
        },
        "CancelOrder", request -> {
          String id = new Protobuf.Fields(request).text(1);
          work.run("CancelOrder", id, false);
          return message().message(1, order(id, CANCELLED, List.of(), "")).done();
        }))
        .addMethod(method(name, "WatchOrder", MethodType.SERVER_STREAMING), ServerCalls.asyncServerStreamingCall(Shop::watchOrder))
        .build();
  }

  private static ServerServiceDefinition health() {
    return service("grpc.health.v1.Health", Map.of("Check", request -> message().number(1, 1).done())).build();
  }

  /** The ids say what it does: status-5, details-20, sleep-300; all else is an order. */
  private static byte[] batchGetOrders(byte[] request) {
    List<String> ids = new Protobuf.Fields(request).texts(1);
    String[] parts = ids.isEmpty() ? new String[] {""} : ids.get(0).split("-", 2);
    if (parts[0].equals("status") && !parts[1].equals("0")) {
      String details = "Größe № " + parts[1] + ": 100 %, 日本 ✓";
      throw Status.fromCodeValue(Integer.parseInt(parts[1])).withDescription(details).asRuntimeException();
    }
    if (parts[0].equals("details")) {
      byte[] info = message().text(1, "R".repeat(Integer.parseInt(parts[1]))).text(2, "shop").done();
      byte[] packed = message().text(1, "type.googleapis.com/google.rpc.ErrorInfo").message(2, info).done();
      Metadata trailers = new Metadata();
      trailers.put(DETAILS, message().number(1, 9).text(2, "with details").message(3, packed).done());
      throw Status.FAILED_PRECONDITION.withDescription("with details").asRuntimeException(trailers);
    }
    if (parts[0].equals("sleep")) Work.sleep(Long.parseLong(parts[1]));
    Protobuf.Writer answer = message();
    for (String id : ids) answer.message(1, order(id, PLACED, List.of(), ""));
    return answer.done();
  }

  /** The id says what it does: late-2500 answers first after 2.5 s, quiet goes silent after the first move. */
  private static void watchOrder(byte[] request, StreamObserver<byte[]> moves) {
    String id = new Protobuf.Fields(request).text(1);
    if (id.startsWith("late-")) Work.sleep(Long.parseLong(id.split("-")[1]));
    if (id.equals("quiet")) ((ServerCallStreamObserver<byte[]>) moves).setOnCancelHandler(() -> {});
    moves.onNext(message().number(1, 1).text(2, id).number(3, PLACED).message(4, PLACED_AT).done());
    if (!id.equals("quiet")) moves.onCompleted();
  }

  private static MethodDescriptor<byte[], byte[]> method(String service, String name, MethodType type) {
    return MethodDescriptor.newBuilder(BYTES, BYTES).setType(type).setFullMethodName(service + "/" + name).build();
  }

  private static ServerServiceDefinition.Builder service(String service, Map<String, UnaryOperator<byte[]>> unary) {
    ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(service);
    unary.forEach((name, act) -> builder.addMethod(
        method(service, name, MethodType.UNARY),
        ServerCalls.asyncUnaryCall((request, answers) -> {
          try {
            answers.onNext(act.apply(request));
            answers.onCompleted();
          } catch (RuntimeException error) {
            answers.onError(error);
          }
        })));
    return builder;
  }
}
