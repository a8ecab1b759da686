import { io } from 'socket.io-client';
import { Outbox, type Unsent } from './outbox.ts';
import type { PageScript } from './site.ts';

const ACKNOWLEDGED_MS = 5_000;
const RETRY_MS = 1_000;
const TYPING_MS = 3_000;

/** A message of the room of an order. */
interface Message {
  id: string;
  clientId: string;
  author: 'customer' | 'support';
  text: string;
  sentAt: string;
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
  let last = log.querySelector<HTMLElement>('.message:last-child')?.dataset['id'];

  /** Shows a message in place of what was shown of it, or at the end. */
  const show = (message: Message) => {
    if (last === undefined || isLater(message.id, last)) last = message.id;
    // Two, if it was stored, but its acknowledgement was lost with the page.
    const [known, ...others] = [...log.querySelectorAll<HTMLElement>('.message')].filter(
      ({ dataset }) => dataset['id'] === message.id || dataset['clientId'] === message.clientId,
    );
    const item = itemOf(message, section);
    if (known) known.replaceWith(item);
    else log.append(item);
    others.forEach((other) => other.remove());
    log.scrollTop = log.scrollHeight;
  };

  socket.on('connect', async () => {
    networkAnswered();
    // Also after a recovery: it costs one message, and none is missed.
    const { data } = await request<{ messages: Message[] }>('join', { orderId, after: last });
    data?.messages.forEach(show);
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
  socket.on('connect_error', onLost);
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
      if (data || (error && error.status < 500 && error.status !== 429)) {
        outbox.remove(message);
        if (data) return show(data);
        break;
      }
      markUnsent();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
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

/** Ids are a time and a number. */
function isLater(one: string, other: string): boolean {
  const [ms = 0, number = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && number > otherNumber);
}
