"""websocket-client as a client of graphql-transport-ws: frames of one's own, and a reader without a loop."""
import json, os
import websocket
from websocket import ABNF

URL = os.environ["URL"].replace("http", "ws") + "/graphql"
HEADER = {"Authorization": f"Bearer {os.environ['TOKEN']}"}


def say(*what):
    print(json.dumps(what), flush=True)


try:
    websocket.create_connection(URL, header=HEADER, subprotocols=["graphql-ws"])
except websocket.WebSocketException as error:
    say("refused", str(error))

socket = websocket.create_connection(URL, header=HEADER, subprotocols=["graphql-transport-ws"])
socket.send(json.dumps({"type": "connection_init"}))
say(json.loads(socket.recv())["type"])
# A ping between the fragments of a message.
socket.send_frame(ABNF.create_frame('{"type":', ABNF.OPCODE_TEXT, 0))
socket.ping("between")
socket.send_frame(ABNF.create_frame('"ping"}', ABNF.OPCODE_CONT, 1))
say("pong", socket.recv_frame().data.decode())
say(json.loads(socket.recv())["type"])
say("ready")
try:
    while (frame := socket.recv_frame()).opcode == ABNF.OPCODE_PING:
        socket.pong(frame.data)
    say("closed", int.from_bytes(frame.data[:2], "big"), frame.data[2:].decode())
except websocket.WebSocketProtocolException as error:
    # It does not know 1012 and 1013, which the registry of IANA has.
    say("closed", str(error))
