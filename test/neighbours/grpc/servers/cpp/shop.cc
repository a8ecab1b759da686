// Products and orders, served by grpc++ with code that its own plug-in generates. Ends when its standard input does.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include <grpc/compression.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "shop/orders/v1/orders.grpc.pb.h"
#include "shop/products/v1/products.grpc.pb.h"

namespace orders = shop::orders::v1;
namespace products = shop::products::v1;
using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;

static const int PLACED_AT = 1790000000;

static void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

// The kind and the number of an id that says what to do, such as status-5.
static std::pair<std::string, int> meaning(const std::string &id) {
  auto at = id.find('-');
  return at == std::string::npos ? std::make_pair(id, 1) : std::make_pair(id.substr(0, at), std::atoi(id.c_str() + at + 1));
}

// The work that writes do, in a file that outlives the server, as work.py keeps it.
class Work {
public:
  Work(const std::string &path, const std::string &name) : name(name) {
    std::ifstream before(path);
    for (std::string what, rpc, id, by; before >> what >> rpc >> id >> by;)
      if (what == "done") finished.insert(id);
    file = std::fopen(path.c_str(), "a");
  }

  // With a key it is done once. The id says how long it takes: slow-1500-… is 1.5 s.
  void run(const std::string &rpc, const std::string &id, bool hasKey) {
    {
      std::lock_guard<std::mutex> guard(lock);
      if (hasKey && finished.count(id)) return;
      write("begun", rpc, id);
    }
    if (meaning(id).first == "slow") pause(meaning(id).second);
    std::lock_guard<std::mutex> guard(lock);
    if (hasKey && !finished.insert(id).second) return;
    write("done", rpc, id);
  }

private:
  std::string name;
  std::FILE *file;
  std::mutex lock;
  std::set<std::string> finished;

  void write(const char *what, const std::string &rpc, const std::string &id) {
    std::fprintf(file, "%s %s %s %s\n", what, rpc.c_str(), id.c_str(), name.c_str());
    std::fflush(file);
  }
};

template <typename Money> static void setMoney(Money *money, int amount) {
  money->set_amount_minor(amount);
  money->set_currency("EUR");
}

static void setProduct(products::Product *product, const std::string &id) {
  product->set_id(id);
  product->set_name("Größe " + id + " ✓");
  int size = meaning(id).first == "large" ? meaning(id).second : 1;
  for (int count = 0; count < 20 * size; count += 1) product->mutable_description()->append("lorem ipsum ");
  product->set_category("books");
  setMoney(product->mutable_price(), 100 + id.size());
  product->set_available(3);
  product->set_rating(4.5);
}

static void setOrder(orders::Order *order, const std::string &id, orders::OrderStatus status = orders::ORDER_STATUS_PLACED) {
  order->set_id(id);
  order->set_user_id("u1");
  order->set_status(status);
  setMoney(order->mutable_total(), 1000 + id.size());
  order->mutable_placed_at()->set_seconds(PLACED_AT);
}

static Status withDetails(int length) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(length, 'R'));
  info.set_domain("shop");
  google::rpc::Status status;
  status.set_code(StatusCode::FAILED_PRECONDITION);
  status.set_message("with details");
  status.add_details()->PackFrom(info);
  return Status(StatusCode::FAILED_PRECONDITION, "with details", status.SerializeAsString());
}

class Products final : public products::ProductsService::Service {
public:
  explicit Products(Work &work) : work(work) {}

  Status BatchGetProducts(ServerContext *, const products::BatchGetProductsRequest *request,
                          products::BatchGetProductsResponse *answer) override {
    for (const auto &id : request->ids()) setProduct(answer->add_products(), id);
    return Status::OK;
  }

  Status ListRecommendedProducts(ServerContext *, const products::ListRecommendedProductsRequest *request,
                                 products::ListRecommendedProductsResponse *answer) override {
    for (int index = 0; index < request->page_size(); index += 1) setProduct(answer->add_products(), "p" + std::to_string(index));
    return Status::OK;
  }

  Status ReserveStock(ServerContext *, const products::ReserveStockRequest *request,
                      products::ReserveStockResponse *answer) override {
    work.run("ReserveStock", request->reservation_id(), true);
    answer->mutable_expires_at()->set_seconds(PLACED_AT);
    return Status::OK;
  }

private:
  Work &work;
};

class Orders final : public orders::OrdersService::Service {
public:
  explicit Orders(Work &work) : work(work) {}

  // Its ids say what it does: status-5, details-20, sleep-300; all else is an order.
  Status BatchGetOrders(ServerContext *, const orders::BatchGetOrdersRequest *request,
                        orders::BatchGetOrdersResponse *answer) override {
    auto [kind, value] = meaning(request->ids_size() ? request->ids(0) : "");
    if (kind == "status" && value)
      return Status(static_cast<StatusCode>(value), "Größe № " + std::to_string(value) + ": 100 %, 日本 ✓");
    if (kind == "details") return withDetails(value);
    if (kind == "sleep") pause(value);
    for (const auto &id : request->ids()) setOrder(answer->add_orders(), id);
    return Status::OK;
  }

  Status ListRecentOrders(ServerContext *, const orders::ListRecentOrdersRequest *request,
                          orders::ListRecentOrdersResponse *answer) override {
    for (int index = 0; index < request->page_size(); index += 1) setOrder(answer->add_orders(), "o" + std::to_string(index));
    return Status::OK;
  }

  Status PlaceOrder(ServerContext *, const orders::PlaceOrderRequest *request, orders::PlaceOrderResponse *answer) override {
    work.run("PlaceOrder", request->request_id(), true);
    setOrder(answer->mutable_order(), "o-" + request->request_id());
    *answer->mutable_order()->mutable_lines() = request->lines();
    answer->mutable_order()->set_reservation_id(request->reservation_id());
    return Status::OK;
  }

  Status CancelOrder(ServerContext *, const orders::CancelOrderRequest *request, orders::CancelOrderResponse *answer) override {
    work.run("CancelOrder", request->id(), false);
    setOrder(answer->mutable_order(), request->id(), orders::ORDER_STATUS_CANCELLED);
    return Status::OK;
  }

  // Its id says what it does: late-2500 answers first after 2.5 s, quiet goes silent after the first move.
  Status WatchOrder(ServerContext *context, const orders::WatchOrderRequest *request,
                    grpc::ServerWriter<orders::WatchOrderResponse> *stream) override {
    if (meaning(request->id()).first == "late") pause(meaning(request->id()).second);
    orders::WatchOrderResponse move;
    move.set_sequence(1);
    move.set_order_id(request->id());
    move.set_status(orders::ORDER_STATUS_PLACED);
    move.mutable_occurred_at()->set_seconds(PLACED_AT);
    stream->Write(move);
    while (request->id() == "quiet" && !context->IsCancelled()) pause(50);
    return Status::OK;
  }

private:
  Work &work;
};

int main(int count, char **given) {
  std::map<std::string, std::string> flags;
  for (int index = 1; index < count; index += 1) {
    bool hasValue = index + 1 < count && std::string(given[index + 1]).rfind("--", 0) != 0;
    flags[given[index]] = hasValue ? given[index + 1] : "";
    index += hasValue;
  }
  Work work(flags["--work"], flags.count("--name") ? flags["--name"] : "grpc++");
  Products productsService(work);
  Orders ordersService(work);

  grpc::EnableDefaultHealthCheckService(flags.count("--health"));
  grpc::ServerBuilder builder;
  const std::multimap<std::string, const char *> named = {
      {"--max-connection-age-ms", GRPC_ARG_MAX_CONNECTION_AGE_MS},
      {"--max-connection-age-grace-ms", GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS},
      {"--min-ping-interval-ms", GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS},
      {"--max-ping-strikes", GRPC_ARG_HTTP2_MAX_PING_STRIKES},
      {"--keepalive-ms", GRPC_ARG_KEEPALIVE_TIME_MS},
      {"--keepalive-ms", GRPC_ARG_KEEPALIVE_TIMEOUT_MS},
      {"--keepalive-ms", GRPC_ARG_HTTP2_MIN_SENT_PING_INTERVAL_WITHOUT_DATA_MS},
  };
  for (const auto &[flag, argument] : named)
    if (flags.count(flag)) builder.AddChannelArgument(argument, std::atoi(flags[flag].c_str()));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  if (flags.count("--compression"))
    builder.SetDefaultCompressionAlgorithm(flags["--compression"] == "deflate" ? GRPC_COMPRESS_DEFLATE : GRPC_COMPRESS_GZIP);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:" + (flags.count("--port") ? flags["--port"] : "0"), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&productsService);
  builder.RegisterService(&ordersService);
  auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << "listening " << port << " grpc++ " << grpc::Version() << std::endl;
  while (std::cin.get() != EOF) continue;
  std::_Exit(0);
}
