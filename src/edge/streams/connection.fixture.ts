import type { StreamConnection } from './open-streams.ts';
import { endOf, type StreamEnd } from './stream-end.ts';

/** A connection in memory, which keeps how often it has beaten, what operators said and how it was ended. */
export class ConnectionFake implements StreamConnection {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  readonly sent = 0;
  readonly heldBytes = 0;
  readonly messages: string[] = [];
  readonly ends: {
    event?: string | undefined;
    data?: object | string | undefined;
    retryMs?: number | undefined;
  }[] = [];
  endedBy: StreamEnd | undefined;
  beats = 0;
  private readonly listeners: (() => void)[] = [];

  onOver(listener: () => void): void {
    this.listeners.push(listener);
  }

  end(event?: string, data?: object | string, retryMs?: number): void {
    this.ends.push({ event, data, retryMs });
    this.endedBy ??= endOf(event, data);
    this.leave();
  }

  /** The client leaves. */
  leave(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }

  beat(): void {
    this.beats += 1;
  }

  notify(message: string): boolean {
    this.messages.push(message);
    return true;
  }
}
