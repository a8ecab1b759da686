#!/usr/bin/env bash
# Socket.IO tells a client that it missed nothing, and drops what was sent while its middlewares ran
#
# socket.io 4.8.3: connection state recovery tells a client that nothing is missing (`recovered`), and drops what is sent to its
# rooms while its middlewares run. Missed packets are read before the middlewares, and broadcasts reach a socket only after
# them: with a middleware that checks a token over the network, a message sent in that time is lost, with no sign of it.
#
# Seen: {"recovered":true,"texts":["before","while it is away","after"]}; "while it is admitted" never comes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit socket.io@4.8.3 socket.io-client@4.8.3
cat >run.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const http = createServer();
const server = new Server(http, { connectionStateRecovery: { maxDisconnectionDuration: 60_000, skipMiddlewares: false } });
server.use(async (socket, next) => {
  if (socket.recovered) {
    server.to('room').emit('text', 'while it is admitted');
    await wait(50);
  }
  next();
});
await once(http.listen(0, '127.0.0.1'), 'listening');
const client = io(`http://127.0.0.1:${http.address().port}`, { transports: ['websocket'], reconnectionDelay: 1 });
const texts = [];
client.on('text', (text) => texts.push(text));
await new Promise((resolve) => client.once('connect', resolve));
const [socket] = server.sockets.sockets.values();
socket.join('room');
server.to('room').emit('text', 'before');
while (!texts.length) await wait(5);
client.io.engine.close();
await once(socket, 'disconnect');
server.to('room').emit('text', 'while it is away');
await new Promise((resolve) => client.once('connect', resolve));
server.to('room').emit('text', 'after');
while (texts.at(-1) !== 'after') await wait(5);
console.log(JSON.stringify({ recovered: client.recovered, texts }));
process.exit();
JS
seen=$(node run.mjs)
echo "socket.io 4.8.3: $seen"
[ "$seen" = '{"recovered":true,"texts":["before","while it is away","after"]}' ]
