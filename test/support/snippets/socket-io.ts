import { io, type Socket } from 'socket.io-client';

/** A message of a room. */
export interface ChatMessage {
  id: string;
  text: string;
  author: 'customer' | 'support';
}

/** Enters the room of an order, and delivers each message once and in order. */
export function enterRoom(
  url: string,
  token: () => string,
  orderId: string,
  onMessage: (message: ChatMessage) => void,
): Socket {
  const socket = io(url, {
    transports: ['websocket'],
    // Called for each connection: a socket ends when the token expires with which it was opened.
    auth: (give) => give({ token: token() }),
  });
  let last: string | undefined;
  /** Messages that come while older ones are missing. */
  let early: ChatMessage[] | undefined;
  const notify = (message: ChatMessage) => {
    if (last !== undefined && !isLater(message.id, last)) return;
    last = message.id;
    onMessage(message);
    socket.emit('seen', { orderId, id: message.id });
  };
  /** Reads what is missing, in parts of 100 messages. Also after a recovery: it costs one message, and none is missed. */
  const join = async () => {
    const arriving: ChatMessage[] = (early = []);
    for (;;) {
      const { data, error } = await socket
        .timeout(5_000)
        .emitWithAck('join', { orderId, after: last })
        .catch(() => ({}));
      // The connection was lost, and the next one joins anew.
      if (early !== arriving) return;
      if (error && error.status < 500 && error.status !== 429) return console.error(error.detail);
      data?.messages.forEach(notify);
      if (data?.hasMore === false) break;
      if (!data) await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    early = undefined;
    arriving.forEach(notify);
  };
  socket.on('message', (message) => (early ? early.push(message) : notify(message)));
  socket.on('connect', join);
  // A refusal with its problem is final for the client. These are not: 429 and 503.
  socket.on('connect_error', ({ data }: Error & { data?: { status: number } }) => {
    if (data && (data.status === 429 || data.status >= 500)) setTimeout(() => socket.connect(), 5_000);
  });
  return socket;
}

/** Sends a message until it is stored. */
export async function post(socket: Socket, orderId: string, text: string): Promise<void> {
  const message = { orderId, clientId: crypto.randomUUID(), text };
  for (;;) {
    const { data, error } = await socket
      .timeout(5_000)
      .emitWithAck('message', message)
      .catch(() => ({}));
    if (data) return;
    if (error && error.status < 500 && error.status !== 429) throw new Error(error.detail);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Ids are a time and a number. */
function isLater(one: string, other: string): boolean {
  const [[ms = 0, n = 0], [otherMs = 0, otherN = 0]] = [one, other].map((id) => id.split('-').map(Number)) as [
    number[],
    number[],
  ];
  return ms > otherMs || (ms === otherMs && n > otherN);
}
