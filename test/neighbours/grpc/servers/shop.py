"""What the shop answers: the same in every make of server, so that tests know what is right."""

from protobuf import double, fields, first_number, first_text, message, number, text, texts

PLACED, CANCELLED = 1, 6
PLACED_AT = number(1, 1_790_000_000)


def money(amount):
    return number(1, amount) + text(2, "EUR")


def product(product_id):
    size = int(product_id.split("-")[1]) if product_id.startswith("large-") else 1
    return b"".join(
        [
            text(1, product_id),
            text(2, f"Größe {product_id} ✓"),
            text(3, "lorem ipsum " * 20 * size),
            text(4, "books"),
            message(5, money(100 + len(product_id))),
            number(6, 3),
            double(7, 4.5),
        ]
    )


def order(order_id, status=PLACED, lines=(), reservation_id=""):
    return b"".join(
        [
            text(1, order_id),
            text(2, "u1"),
            number(3, status),
            message(4, money(1000 + len(order_id))),
            message(5, PLACED_AT),
            *[message(6, line) for line in lines],
            text(7, reservation_id),
        ]
    )


def move(order_id, sequence, status):
    return number(1, sequence) + text(2, order_id) + number(3, status) + message(4, PLACED_AT)


class Shop:
    """The RPCs of both services, from the bytes of a request to the bytes of an answer."""

    def __init__(self, work):
        self.work = work

    def reads(self):
        return {
            "/shop.products.v1.ProductsService/BatchGetProducts": self.batch_get_products,
            "/shop.products.v1.ProductsService/ListRecommendedProducts": self.list_recommended_products,
            "/shop.orders.v1.OrdersService/BatchGetOrders": self.batch_get_orders,
            "/shop.orders.v1.OrdersService/ListRecentOrders": self.list_recent_orders,
        }

    def writes(self):
        return {
            "/shop.products.v1.ProductsService/ReserveStock": self.reserve_stock,
            "/shop.orders.v1.OrdersService/PlaceOrder": self.place_order,
            "/shop.orders.v1.OrdersService/CancelOrder": self.cancel_order,
        }

    def batch_get_products(self, request):
        return b"".join(message(1, product(one)) for one in texts(fields(request), 1))

    def list_recommended_products(self, request):
        count = first_number(fields(request), 1) or 10
        return b"".join(message(1, product(f"p{index}")) for index in range(count))

    def batch_get_orders(self, request):
        return b"".join(message(1, order(one)) for one in texts(fields(request), 1))

    def list_recent_orders(self, request):
        count = first_number(fields(request), 1) or 5
        return b"".join(message(1, order(f"o{index}")) for index in range(count))

    def reserve_stock(self, request):
        self.work.run("ReserveStock", first_text(fields(request), 1), has_key=True)
        return message(1, PLACED_AT)

    def place_order(self, request):
        found = fields(request)
        request_id = first_text(found, 1)
        self.work.run("PlaceOrder", request_id, has_key=True)
        return message(1, order(f"o-{request_id}", PLACED, found.get(2, []), first_text(found, 3)))

    def cancel_order(self, request):
        order_id = first_text(fields(request), 1)
        self.work.run("CancelOrder", order_id, has_key=False)
        return message(1, order(order_id, CANCELLED))
