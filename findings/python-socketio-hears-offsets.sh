#!/usr/bin/env bash
# With connection state recovery Socket.IO adds an argument to events: python-socketio's handlers that do not take it fail
#
# A server of Socket.IO 4.8.3 with `connectionStateRecovery` adds an offset to the arguments of every event, for all clients. In
# JavaScript a handler that has no parameter for it does not notice; python-socketio 5.7.2 calls handlers with all arguments:
# `def on_message(data)` fails with a TypeError, which its thread prints, and the event is lost. Clients cannot decline it.
#
# Seen: "without recovery: ['hello']", "with recovery: ['hello', 'offset']".
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . socket.io@4.8.3 >/dev/null
apt-get download -qq python3-socketio python3-engineio python3-bidict python3-websocket 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
dpkg-deb -f python3-socketio_*.deb Version

cat >server.cjs <<'JS'
const { Server } = require('socket.io');
const http = require('node:http').createServer();
const options = process.argv[2] === 'with' ? { connectionStateRecovery: {} } : {};
new Server(http, options).on('connection', (socket) => socket.emit('message', 'hello'));
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
JS
cat >client.py <<'PY'
import sys, threading
import socketio

heard = threading.Event()
client = socketio.Client()

@client.on("message")
def message(*arguments):
    print([arguments[0], *("offset" for _ in arguments[1:])])
    heard.set()

client.connect(sys.argv[1], transports=["websocket"])
heard.wait(10)
client.disconnect()
PY
seen() {
  node server.cjs "$1" >port &
  server=$!
  while [ ! -s port ]; do sleep 0.1; done
  PYTHONPATH=usr/lib/python3/dist-packages /usr/bin/python3 client.py "http://127.0.0.1:$(cat port)"
  kill "$server"
  wait "$server" 2>/dev/null || true
  rm port
}
without=$(seen without)
with=$(seen with)
echo "without recovery: $without"
echo "with recovery: $with"
[ "$without" = "['hello']" ]
[ "$with" = "['hello', 'offset']" ]
