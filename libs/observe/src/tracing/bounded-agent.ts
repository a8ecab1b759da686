import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** The size of an answer at most, in bytes: one of OTLP is empty, or counts what was refused and says why. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * An agent whose exchanges end after `timeoutMs` milliseconds or 64 KiB, whatever comes. The timeout of OpenTelemetry's exporters
 * is of a silent connection, where the specification's is of the whole export; and they read up to 4 MiB of an answer.
 * @param protocol `http:` or `https:`
 */
export function boundedAgent(protocol: string, timeoutMs: number): Agent {
  const agent = new (protocol === 'https:' ? TlsAgent : Agent)({ keepAlive: true });
  const exchanges = new WeakMap<object, { timer: NodeJS.Timeout; readBefore: number }>();
  const start = (socket: Socket) => {
    clearTimeout(exchanges.get(socket)?.timer);
    const end = () => void socket.destroy(new Error(`the collector has not answered within ${timeoutMs} ms`));
    exchanges.set(socket, { timer: setTimeout(end, timeoutMs).unref(), readBefore: socket.bytesRead });
  };
  const watch = (socket: Socket) => {
    start(socket);
    socket.on('data', () => {
      if (socket.bytesRead - exchanges.get(socket)!.readBefore <= MAX_ANSWER_BYTES) return;
      socket.destroy(new Error(`the collector's answer is larger than ${MAX_ANSWER_BYTES} bytes`));
    });
  };

  const { createConnection, reuseSocket, keepSocketAlive } = agent;
  agent.createConnection = (...given) => {
    const socket = createConnection.apply(agent, given) as Socket | undefined;
    if (socket) watch(socket);
    return socket;
  };
  agent.reuseSocket = (socket, request) => {
    reuseSocket.call(agent, socket, request);
    start(socket as Socket);
  };
  agent.keepSocketAlive = (socket) => {
    clearTimeout(exchanges.get(socket)?.timer);
    return keepSocketAlive.call(agent, socket);
  };
  return agent;
}
