import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * An agent whose exchanges end after `timeoutMs` milliseconds, whatever comes. The timeout of OpenTelemetry's exporters is of a
 * silent connection; the specification's is of the whole export.
 * @param protocol `http:` or `https:`
 */
export function deadlineAgent(protocol: string, timeoutMs: number): Agent {
  const agent = new (protocol === 'https:' ? TlsAgent : Agent)({ keepAlive: true });
  const timers = new WeakMap<object, NodeJS.Timeout>();
  const stop = (socket: Duplex) => clearTimeout(timers.get(socket));
  const start = (socket: Duplex | null | undefined) => {
    if (!socket) return;
    stop(socket);
    const end = () => void socket.destroy(new Error(`the collector has not answered within ${timeoutMs} ms`));
    timers.set(socket, setTimeout(end, timeoutMs).unref());
  };

  const { createConnection, reuseSocket, keepSocketAlive } = agent;
  agent.createConnection = (...given) => {
    const socket = createConnection.apply(agent, given);
    start(socket);
    return socket;
  };
  agent.reuseSocket = (socket, request) => {
    reuseSocket.call(agent, socket, request);
    start(socket);
  };
  agent.keepSocketAlive = (socket) => {
    stop(socket);
    return keepSocketAlive.call(agent, socket);
  };
  return agent;
}
