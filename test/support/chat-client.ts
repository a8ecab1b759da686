import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

/** The payload of an event; its members depend on the event. */
export interface ReceivedMessage {
  id: string;
  orderId: string;
  clientId: string;
  text: string;
  message: string;
  messages: ReceivedMessage[];
  hasMore: boolean;
  members: { id: string; isSupport: boolean }[];
  data: { code: string; status: number; requestId: string };
}

interface Reply {
  /** Undefined in case of an error. */
  data: ReceivedMessage;
  error?: { code: string; requestId: string; errors?: { field: string }[] };
}

/** A client of the support rooms that records all events. */
export class ChatClient {
  readonly heard: { event: string; data: ReceivedMessage }[] = [];
  private readonly wakers = new Set<() => void>();

  private constructor(readonly socket: Socket) {
    socket.onAny((event: string, data: ReceivedMessage) => {
      this.heard.push({ event, data });
      this.wake();
    });
    for (const event of ['connect', 'disconnect', 'connect_error'])
      socket.on(event, (data: ReceivedMessage) => {
        this.heard.push({ event: `(${event})`, data });
        this.wake();
      });
  }

  /** Begins to connect. */
  static open(
    url: string,
    token: string | undefined,
    options: Partial<ManagerOptions & SocketOptions> = {},
  ): ChatClient {
    const auth = token === undefined ? {} : { token };
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 50, auth, ...options });
    return new ChatClient(socket);
  }

  /** Resolves once it has joined. */
  static async in(url: string, token: string): Promise<ChatClient> {
    const client = ChatClient.open(url, token);
    await client.until('(connect)');
    return client;
  }

  /** Waits until it has joined or was refused. */
  async decided(): Promise<void> {
    while (!this.all('(connect)').length && !this.all('(connect_error)').length) await this.next();
  }

  /** Sends a message, and waits for the acknowledgement. */
  async send(event: string, ...given: unknown[]): Promise<Reply> {
    return (await this.socket.timeout(5_000).emitWithAck(event, ...given)) as Reply;
  }

  all(event: string): ReceivedMessage[] {
    return this.heard.filter((one) => one.event === event).map(({ data }) => data);
  }

  /** Waits for a number of events of a kind. @returns the last one */
  async until(event: string, count = 1): Promise<ReceivedMessage> {
    while (this.all(event).length < count) await this.next();
    return this.all(event)[count - 1]!;
  }

  async untilOne(event: string, is: (data: ReceivedMessage) => boolean): Promise<ReceivedMessage> {
    for (;;) {
      const found = this.all(event).find(is);
      if (found) return found;
      await this.next();
    }
  }

  /** Destroys the connection, like a network failure. */
  cut(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }

  private next(): Promise<void> {
    return new Promise((resolve) => this.wakers.add(resolve));
  }

  private wake(): void {
    for (const wake of this.wakers) wake();
    this.wakers.clear();
  }
}
