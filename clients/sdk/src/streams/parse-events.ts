/** An event of a stream, with its data as text (WHATWG HTML, 9.2.6). */
export interface RawEvent {
  id: string | undefined;
  event: string;
  data: string;
}

/** Parses server-sent events, in whatever pieces they arrive. */
export class EventParser {
  /** The reconnection time that the stream has set, in milliseconds. */
  retryMs: number | undefined;
  /** The last id, also that of an event without data, which is none: the position of a stream before its first event. */
  lastId: string | undefined;
  private rest = '';
  private id: string | undefined;
  private event = '';
  private data: string[] = [];
  private isFirst = true;

  /** Takes a piece of the stream. @returns the events that it completes */
  push(piece: string): RawEvent[] {
    let text = this.rest + piece;
    if (this.isFirst && text) {
      this.isFirst = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const found: RawEvent[] = [];
    let from = 0;
    for (;;) {
      const end = lineEnd(text, from);
      if (end === undefined) break;
      this.line(text.slice(from, end.at), found);
      from = end.next;
    }
    this.rest = text.slice(from);
    return found;
  }

  private line(line: string, found: RawEvent[]): void {
    if (!line) return this.dispatch(found);
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.event = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private dispatch(found: RawEvent[]): void {
    if (this.data.length) found.push({ id: this.id, event: this.event || 'message', data: this.data.join('\n') });
    this.lastId = this.id ?? this.lastId;
    this.event = '';
    this.data = [];
    this.id = undefined;
  }
}

/** The end of the line at `from`; undefined if it may not be there yet: a CR may be followed by its LF. */
function lineEnd(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') return { at, next: at + 1 };
    if (character !== '\r') continue;
    if (at + 1 === text.length) return undefined;
    return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
  }
  return undefined;
}
