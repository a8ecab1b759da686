import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** A parsed event. */
export interface Heard {
  id?: string;
  event?: string;
  // The data depend on the event.
  data: Record<string, unknown>;
}

/** A stream client that records the response head, events, comments and the end. */
export class Follower {
  readonly events: Heard[] = [];
  readonly closed: Promise<unknown>;
  lastId: string | undefined;
  retryMs: number | undefined;
  private beats = 0;
  private heard = () => {};

  private constructor(
    private readonly answer: IncomingMessage,
    private readonly onEvent: (event: Heard) => void = () => {},
  ) {
    const parser = createParser({
      onEvent: (event) => this.take(event),
      onComment: () => this.beat(),
      onRetry: (ms) => void (this.retryMs = ms),
    });
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => parser.feed(text));
    answer.on('error', () => {});
    this.closed = new Promise((resolve) => answer.once('close', resolve));
  }

  /** Resolves when the response head has arrived, with any status. */
  static async open(
    url: string,
    token?: string,
    lastSeen?: string,
    onEvent?: (event: Heard) => void,
    headers: Record<string, string> = {},
  ): Promise<Follower> {
    const pending = request(url, {
      agent: false,
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(lastSeen === undefined ? {} : { 'last-event-id': lastSeen }),
        ...headers,
      },
    }).end();
    const [answer] = (await once(pending, 'response')) as [IncomingMessage];
    return new Follower(answer, onEvent);
  }

  get status(): number {
    return this.answer.statusCode!;
  }

  get headers(): Headers {
    return new Headers(this.answer.headers as Record<string, string>);
  }

  all(event: string): Heard[] {
    return this.events.filter((one) => one.event === event);
  }

  /** Waits for a number of events of a kind. */
  async until(event: string, count = 1): Promise<Heard[]> {
    while (this.all(event).length < count) await this.next();
    return this.all(event);
  }

  async untilOne(is: (one: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.events.find(is);
      if (found) return found;
      await this.next();
    }
  }

  /** Waits for a number of heartbeats. */
  async beaten(times: number): Promise<void> {
    while (this.beats < times) await this.next();
  }

  close(): void {
    this.answer.destroy();
  }

  /** @throws {Error} if the stream has ended, so that no more events can arrive */
  private async next(): Promise<void> {
    const isOver = this.closed.then(() => true);
    const heard = new Promise<false>((resolve) => (this.heard = () => resolve(false)));
    if (await Promise.race([heard, isOver]))
      throw new Error(`the stream has ended with status ${this.status} and events ${JSON.stringify(this.events)}`);
  }

  private take({ id, event, data }: EventSourceMessage): void {
    if (id !== undefined) this.lastId = id;
    const heard = { id, event, data: JSON.parse(data) as Heard['data'] };
    this.events.push(heard);
    this.onEvent(heard);
    this.heard();
  }

  private beat(): void {
    this.beats += 1;
    this.heard();
  }
}
