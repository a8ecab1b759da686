#!/usr/bin/env bash
# websocket-client takes a close with 1012 or 1013 for a violation of the protocol
#
# websocket-client 1.2.3 for Python (Debian 12) takes a close with 1012 (service restart) or 1013 (try again later), which IANA's
# registry has, for a violation of the protocol: reading raises WebSocketProtocolException "Invalid close opcode." instead of
# handing over the code and the reason. 1001 and 4403 are handed over. Later releases know them.
#
# Seen: "1001 said", "1012 Invalid close opcode.", "1013 Invalid close opcode.", "4403 said".
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . ws@8.22.0 >/dev/null
apt-get download -qq python3-websocket 2>/dev/null
dpkg -x python3-websocket_*.deb .
dpkg-deb -f python3-websocket_*.deb Version

cat >server.cjs <<'JS'
const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => console.log(server.address().port));
server.on('connection', (socket, { url }) => socket.close(Number(url.slice(1)), 'said'));
JS
cat >client.py <<'PY'
import sys
import websocket

for code in 1001, 1012, 1013, 4403:
    socket = websocket.create_connection(f"ws://127.0.0.1:{sys.argv[1]}/{code}")
    try:
        print(code, socket.recv_frame().data[2:].decode())
    except websocket.WebSocketProtocolException as error:
        print(code, error)
PY
node server.cjs >port &
server=$!
while [ ! -s port ]; do sleep 0.1; done
PYTHONPATH=usr/lib/python3/dist-packages /usr/bin/python3 client.py "$(cat port)" | tee seen
diff seen - <<'SEEN'
1001 said
1012 Invalid close opcode.
1013 Invalid close opcode.
4403 said
SEEN
