"""Products and orders, served by Python's grpcio (C core). Ends when its standard input does."""

import argparse
import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

from protobuf import fields, first_text, message, number, text, texts
from shop import PLACED, Shop, move
from work import Work

BATCH_GET = "/shop.orders.v1.OrdersService/BatchGetOrders"
WATCH = "/shop.orders.v1.OrdersService/WatchOrder"
HEALTH = "/grpc.health.v1.Health/Check"
SERVING = number(1, 1)
COMPRESSIONS = {"none": None, "gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--work", required=True, help="file with the work that was begun and done")
    parser.add_argument("--name", default="grpcio", help="of this server in the work file")
    parser.add_argument("--compression", choices=["none", "gzip", "deflate"], default="none")
    parser.add_argument("--max-connection-age-ms", type=int)
    parser.add_argument("--max-connection-age-grace-ms", type=int)
    parser.add_argument("--min-ping-interval-ms", type=int, help="pings sooner than that are strikes")
    parser.add_argument("--max-ping-strikes", type=int)
    parser.add_argument("--keepalive-ms", type=int, help="between its own pings, and for their answers")
    parser.add_argument("--health", action="store_true", help="with the standard health service")
    parser.add_argument("--cut-off", action="store_true", help="dies between a message and its status")
    return parser.parse_args()


def channel_options(given):
    named = {
        "grpc.max_connection_age_ms": given.max_connection_age_ms,
        "grpc.max_connection_age_grace_ms": given.max_connection_age_grace_ms,
        "grpc.http2.min_ping_interval_without_data_ms": given.min_ping_interval_ms,
        "grpc.http2.max_ping_strikes": given.max_ping_strikes,
        "grpc.keepalive_time_ms": given.keepalive_ms,
        "grpc.keepalive_timeout_ms": given.keepalive_ms,
        "grpc.http2.min_time_between_pings_ms": given.keepalive_ms,
    }
    return [(name, value) for name, value in named.items() if value is not None]


def unary(act):
    return grpc.unary_unary_rpc_method_handler(lambda request, _context: act(request))


def batch_get_orders(shop):
    """Its ids say what it does: `status-5`, `details-20`, `sleep-300`; all else is an order."""

    def handle(request, context):
        kind, _, value = (texts(fields(request), 1) or [""])[0].partition("-")
        if kind == "status" and value != "0":
            code = next(one for one in grpc.StatusCode if one.value[0] == int(value))
            context.abort(code, f"Größe № {value}: 100 %, 日本 ✓")
        if kind == "details":
            context.set_trailing_metadata([("grpc-status-details-bin", details(int(value)))])
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "with details")
        if kind == "sleep":
            time.sleep(int(value) / 1000)
        return shop.batch_get_orders(request)

    return grpc.unary_unary_rpc_method_handler(handle)


def details(length):
    """A google.rpc.Status with an ErrorInfo, whose reason is so long."""
    info = text(1, "R" * length) + text(2, "shop")
    packed = text(1, "type.googleapis.com/google.rpc.ErrorInfo") + message(2, info)
    return number(1, grpc.StatusCode.FAILED_PRECONDITION.value[0]) + text(2, "with details") + message(3, packed)


def cut_off_orders(shop):
    """On the wire a unary answer, whose message is sent and whose status never is: the server is gone."""

    def handle(request, _context):
        yield shop.batch_get_orders(request)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)

    return grpc.unary_stream_rpc_method_handler(handle)


def watch_order(request, context):
    """Its id says what it does: `late-2500` answers first after 2.5 s, `quiet` goes silent after the first move."""
    order_id = first_text(fields(request), 1)
    kind, _, value = order_id.partition("-")
    if kind == "late":
        time.sleep(int(value) / 1000)
    yield move(order_id, 1, PLACED)
    ended = threading.Event()
    if kind == "quiet" and context.add_callback(ended.set):
        ended.wait()


class Services(grpc.GenericRpcHandler):
    def __init__(self, shop, given):
        self.handlers = {path: unary(act) for path, act in {**shop.reads(), **shop.writes()}.items()}
        self.handlers[BATCH_GET] = (cut_off_orders if given.cut_off else batch_get_orders)(shop)
        self.handlers[WATCH] = grpc.unary_stream_rpc_method_handler(watch_order)
        if given.health:
            self.handlers[HEALTH] = grpc.unary_unary_rpc_method_handler(lambda *_: SERVING)

    def service(self, handler_call_details):
        return self.handlers.get(handler_call_details.method)


def main():
    given = options()
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=96),
        handlers=[Services(Shop(Work(given.work, given.name)), given)],
        options=[("grpc.so_reuseport", 0), *channel_options(given)],
        compression=COMPRESSIONS[given.compression],
    )
    port = server.add_insecure_port(f"127.0.0.1:{given.port}")
    server.start()
    print(f"listening {port} grpcio {grpc.__version__}", flush=True)
    sys.stdin.read()
    os._exit(0)


main()
