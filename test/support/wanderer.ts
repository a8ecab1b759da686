import { setTimeout as passed } from 'node:timers/promises';
import { Follower, type Heard } from '#test/support/follower';

/** A stream client that reconnects after every interruption, like EventSource, and resumes. */
export class Wanderer {
  readonly events: Heard[] = [];
  connections = 0;
  private isStopped = false;
  private stream: Follower | undefined;
  private lastId: string | undefined;
  private heard = () => {};

  private constructor(
    private readonly urls: readonly string[],
    private readonly path: string,
    private readonly token: string,
  ) {}

  /** Resolves once it is connected. @param urls of the first connection, and of later ones */
  static async start(urls: readonly string[], path: string, token: string): Promise<Wanderer> {
    const wanderer = new Wanderer(urls, path, token);
    await wanderer.connect();
    return wanderer;
  }

  all(event: string): Heard[] {
    return this.events.filter((one) => one.event === event);
  }

  async until(is: () => boolean): Promise<void> {
    while (!is()) await new Promise<void>((resolve) => (this.heard = resolve));
  }

  stop(): void {
    this.isStopped = true;
    this.stream?.close();
  }

  private async comeBack(afterMs = 1_000 * Math.random()): Promise<void> {
    if (!this.isStopped) await passed(afterMs);
    if (!this.isStopped) await this.connect().catch(() => this.comeBack());
  }

  private async connect(): Promise<void> {
    const url = this.urls[Math.min(this.connections, this.urls.length - 1)]!;
    this.connections += 1;
    const stream = await Follower.open(url + this.path, this.token, this.lastId, (event) => {
      if (event.id) this.lastId = event.id;
      this.events.push(event);
      this.heard();
    });
    this.stream = stream;
    void stream.closed.then(() => this.comeBack(stream.retryMs));
  }
}
