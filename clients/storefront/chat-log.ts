import type { Unsent } from './outbox.ts';

/** A message of the room of an order. */
export interface Message {
  id: string;
  clientId: string;
  author: 'customer' | 'support';
  text: string;
  sentAt: string;
}

/** The messages of a chat in its page. */
export class ChatLog {
  private readonly list: HTMLElement;
  private last: string | undefined;
  private isBehind = false;

  /** @param section the chat, whose data has the names of authors and the note on unsent messages */
  constructor(private readonly section: HTMLElement) {
    this.list = section.querySelector<HTMLElement>('[data-log]')!;
    this.last = this.items.at(-1)?.dataset['id'];
  }

  /** The id of the last message up to which none is missing. */
  get lastKnown(): string | undefined {
    return this.last;
  }

  /** Shows a message after those that are earlier, and takes away what was shown of it. */
  show(message: Message): void {
    if (!this.isBehind && (this.last === undefined || isLater(message.id, this.last))) this.last = message.id;
    // Two, if it was stored, but its acknowledgement was lost with the page.
    for (const known of this.items)
      if (known.dataset['id'] === message.id || known.dataset['clientId'] === message.clientId) known.remove();
    this.list.insertBefore(itemOf(message, this.section), this.firstAfter(message.id));
    this.list.scrollTop = this.list.scrollHeight;
  }

  /** Messages that come by the connection are later than others that are missing, until `caughtUp` is called. */
  fallBehind(): void {
    this.isBehind = true;
  }

  /** Shows missed messages, which follow the last known one. */
  showMissed(messages: readonly Message[]): void {
    for (const message of messages) this.show(message);
    this.last = messages.at(-1)?.id ?? this.last;
  }

  /** No message is missing any more. */
  caughtUp(): void {
    this.isBehind = false;
    this.last = this.items.map(({ dataset }) => dataset['id']).findLast(Boolean);
  }

  /** Shows a message at the end that is not stored yet. @returns its element */
  addWaiting(message: Unsent): HTMLElement {
    const sentAt = new Date().toISOString();
    const item = itemOf({ id: '', author: 'customer', sentAt, ...message }, this.section);
    item.classList.add('waiting');
    this.list.append(item);
    this.list.scrollTop = this.list.scrollHeight;
    return item;
  }

  /** Marks messages that are not stored yet as not sent. */
  markUnsent(): void {
    for (const item of this.list.querySelectorAll('.waiting:not(:has(.unsent))')) {
      const note = document.createElement('span');
      note.className = 'unsent';
      note.textContent = this.section.dataset['unsent'] ?? '';
      item.append(note);
    }
  }

  private get items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('.message')];
  }

  /** The first message that is later than an id, or that waits to be stored. */
  private firstAfter(id: string): HTMLElement | null {
    return this.items.find(({ dataset }) => !dataset['id'] || isLater(dataset['id'], id)) ?? null;
  }
}

/** The element of a message, as the page makes it. */
function itemOf({ id, clientId, author, text, sentAt }: Message, { dataset }: HTMLElement): HTMLElement {
  const item = document.createElement('li');
  const [name, time, words] = ['span', 'time', 'p'].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLTimeElement,
    HTMLElement,
  ];
  item.className = `message ${author}`;
  Object.assign(item.dataset, { id, clientId });
  name.className = 'author';
  name.textContent = dataset[author] ?? '';
  time.dateTime = sentAt;
  // As the server writes it, which does not know the zone of the visitor.
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  time.textContent = `${format.format(new Date(sentAt))} UTC`;
  words.textContent = text;
  item.append(name, ' ', time, words);
  return item;
}

/** Ids are a time and a number. */
function isLater(one: string, other: string): boolean {
  const [ms = 0, number = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && number > otherNumber);
}
