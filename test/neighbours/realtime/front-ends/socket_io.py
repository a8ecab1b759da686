"""python-socketio: two members of a room. Handlers get what recovery adds to events, the offset, as a further argument."""
import json, os, threading, time
import socketio

URL, TOKEN, ORDER = (os.environ[name] for name in ("URL", "TOKEN", "ORDER"))
ROOM = {"orderId": ORDER}


def say(*what):
    print(json.dumps(what), flush=True)


def refused(**options):
    client = socketio.Client(reconnection=False)
    # The problem of a refused request as it is; that of a refused connection is the data of an error.
    client.on("connect_error", lambda problem: say("connect_error", problem.get("data", problem)["status"]))
    try:
        client.connect(URL, wait_timeout=3, **options)
        say("connected", str(options))
        client.disconnect()
    except socketio.exceptions.ConnectionError as error:
        say("refused", str(error))


refused(auth={"token": TOKEN})
refused(auth={"token": "nonsense"}, transports=["websocket"])


heard = threading.Event()


def member(name):
    client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)

    @client.event
    def connect():
        say(f"{name} connects")

    @client.on("message")
    def message(stored, *more):
        say(f"{name} hears", stored["text"], len(more))
        heard.set()

    @client.on("end")
    def end(reason, *more):
        say("end", reason["reason"])

    # A function: it is called for each connection.
    client.connect(URL, auth=lambda: {"token": TOKEN}, transports=["websocket"])
    say(f"{name} joins", "data" in client.call("join", ROOM))
    return client


one, other = member("one"), member("other")


def send(text, **more):
    answer = one.call("message", {**ROOM, "clientId": str(time.time_ns()), "text": text, **more})
    if "data" in answer:
        heard.wait(5)
    say("sent", answer["data"]["text"] if "data" in answer else [answer["error"]["status"], [e["field"] for e in answer["error"]["errors"]]])


send("Zoë 🙂")
send(b"\x00\x01")
send("x" * 2001)
say("bytes", [error["field"] for error in one.call("message", b"\x00\x01")["error"]["errors"]])
say("unknown", one.call("jion", ROOM)["error"]["code"])
one.disconnect()
say("ready")
while True:
    time.sleep(0.1)
