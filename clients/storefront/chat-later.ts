import { io } from 'socket.io-client';
import { Outbox, type Unsent } from './outbox.ts';
import type { PageScript } from './site.ts';

const ACKNOWLEDGED_MS = 5_000;
const RETRY_MS = 1_000;
const RECONNECT_MS = 5_000;
const TYPING_MS = 3_000;

/** A message of the room of an order. */
interface Message {
  id: string;
  clientId: string;
  author: 'customer' | 'support';
  text: string;
  sentAt: string;
}
/** Messages that were missed, the oldest first. */
interface Missed {
  messages: Message[];
  hasMore: boolean;
}
interface Reply<Data> {
  data?: Data;
  error?: { status: number };
}

/** Turns the messages of an order into a chat: each is there at once, also in the other tabs. */
export function start(section: HTMLElement, { networkAnswered, networkFailed, setText }: PageScript): void {
  const { orderId, member, live, lost, failed, unsent } = section.dataset;
  const outbox = new Outbox(`chat ${member} ${orderId}`);
  const log = section.querySelector<HTMLElement>('[data-log]')!;
  const form = section.querySelector<HTMLFormElement>('[data-chat-form]')!;
  const status = section.querySelector('[data-chat-status]');
  const typing = section.querySelector<HTMLElement>('[data-typing]');
  const field = form.elements.namedItem('text') as HTMLTextAreaElement;
  const socket = io({ transports: ['websocket'], reconnectionDelayMax: 5_000 });
  /** The last message up to which none is missing. */
  let last = log.querySelector<HTMLElement>('.message:last-child')?.dataset['id'];
  /** While messages from before the connection are read, those that come by it are later than others that are missing. */
  let isBehind = false;
  let connections = 0;

  /** Shows a message after those that are earlier, and takes away what was shown of it. */
  const show = (message: Message) => {
    if (!isBehind && (last === undefined || isLater(message.id, last))) last = message.id;
    // Two, if it was stored, but its acknowledgement was lost with the page.
    for (const known of log.querySelectorAll<HTMLElement>('.message'))
      if (known.dataset['id'] === message.id || known.dataset['clientId'] === message.clientId) known.remove();
    log.insertBefore(itemOf(message, section), firstAfter(log, message.id));
    log.scrollTop = log.scrollHeight;
  };

  socket.on('connect', async () => {
    networkAnswered();
    isBehind = true;
    const connection = (connections += 1);
    // Also after a recovery: it costs one message, and none is missed.
    for (let hasMore = true; hasMore;) {
      const { data, error } = await request<Missed>('join', { orderId, after: last });
      // The next connection has joined by itself.
      if (connection !== connections || isRefusal(error)) return;
      data?.messages.forEach(show);
      last = data?.messages.at(-1)?.id ?? last;
      hasMore = data?.hasMore ?? true;
      if (!data) await wait(RETRY_MS);
    }
    isBehind = false;
    last = [...log.querySelectorAll<HTMLElement>('.message')]
      .map(({ dataset }) => dataset['id'])
      .findLast(Boolean);
    setText(status, live);
  });
  /** Says of messages that are not stored yet that they are not sent. */
  const markUnsent = () => {
    for (const item of log.querySelectorAll('.waiting:not(:has(.unsent))')) {
      const note = document.createElement('span');
      note.className = 'unsent';
      note.textContent = unsent ?? '';
      item.append(note);
    }
  };
  const onLost = () => {
    setText(status, lost);
    if (!navigator.onLine) networkFailed();
  };
  socket.on('disconnect', onLost);
  socket.on('connect_error', ({ data }: Error & { data?: { status: number } }) => {
    onLost();
    // Socket.IO does not reconnect after a refusal with a problem, even one that is temporary.
    if (data && !isRefusal(data)) setTimeout(() => socket.connect(), RECONNECT_MS);
  });
  socket.on('message', show);
  let quiet: ReturnType<typeof setTimeout>;
  socket.on('typing', ({ memberId, isTyping }: { memberId: string; isTyping: boolean }) => {
    if (!typing || memberId === member) return;
    clearTimeout(quiet);
    typing.hidden = !isTyping;
    quiet = setTimeout(() => (typing.hidden = true), TYPING_MS);
  });
  field.addEventListener('input', () => {
    if (socket.connected) socket.volatile.emit('typing', { orderId, isTyping: field.value !== '' });
  });

  const request = async <Data>(event: string, body: object): Promise<Reply<Data>> =>
    socket
      .timeout(ACKNOWLEDGED_MS)
      .emitWithAck(event, body)
      .catch(() => ({}));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = '';
    // The next message is written there, too.
    field.focus();
    const message = { clientId: crypto.randomUUID(), text };
    outbox.add(message);
    enqueue(message);
  });
  /** One message after the other, so that they are stored in the order in which they were written. */
  let previous: Promise<void> = Promise.resolve();
  const enqueue = (message: Unsent) => {
    const item = itemOf({ id: '', author: 'customer', sentAt: new Date().toISOString(), ...message }, section);
    item.classList.add('waiting');
    log.append(item);
    log.scrollTop = log.scrollHeight;
    if (!socket.connected) markUnsent();
    previous = previous.then(() => send(message, item));
  };
  /** Sends a message until it is stored; the same id makes it one message, however often it arrives. */
  const send = async (message: Unsent, item: HTMLElement) => {
    for (;;) {
      const { data, error } = await request<Message>('message', { orderId, ...message });
      if (data || isRefusal(error)) {
        outbox.remove(message);
        if (data) return show(data);
        break;
      }
      markUnsent();
      await wait(RETRY_MS);
    }
    item.remove();
    field.value = [message.text, field.value].filter(Boolean).join('\n');
    setText(status, failed);
  };
  // What was not stored when its page was left.
  outbox.messages.forEach(enqueue);
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

/** The first message that is later than an id, or that waits to be stored. */
function firstAfter(log: HTMLElement, id: string): HTMLElement | null {
  const all = [...log.querySelectorAll<HTMLElement>('.message')];
  return all.find(({ dataset }) => !dataset['id'] || isLater(dataset['id'], id)) ?? null;
}

/** Whether what was sent will not be taken later either. */
const isRefusal = (error: Reply<unknown>['error']): boolean =>
  error !== undefined && error.status < 500 && error.status !== 429;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ids are a time and a number. */
function isLater(one: string, other: string): boolean {
  const [ms = 0, number = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && number > otherNumber);
}
