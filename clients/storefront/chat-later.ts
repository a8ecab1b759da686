import { io } from 'socket.io-client';
import { ChatLog, type Message } from './chat-log.ts';
import { Outbox, type Unsent } from './outbox.ts';
import type { PageScript } from './site.ts';

const ACKNOWLEDGED_MS = 5_000;
const RETRY_MS = 1_000;
const RECONNECT_MS = 5_000;
const TYPING_MS = 3_000;

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
export function start(section: HTMLElement, page: PageScript): void {
  const chat = new Chat(section, page);
  chat.followConnection();
  chat.followTyping();
  chat.sendFromForm();
  chat.sendAgain();
}

class Chat {
  private readonly socket = io({ transports: ['websocket'], reconnectionDelayMax: 5_000 });
  private readonly log: ChatLog;
  private readonly outbox: Outbox;
  private readonly texts: DOMStringMap;
  private readonly status: Element | null;
  private readonly form: HTMLFormElement;
  private readonly field: HTMLTextAreaElement;
  private connections = 0;
  /** One message is sent after the other, so that they are stored in the order in which they were written. */
  private previous: Promise<void> = Promise.resolve();

  constructor(
    private readonly section: HTMLElement,
    private readonly page: PageScript,
  ) {
    this.log = new ChatLog(section);
    this.texts = section.dataset;
    this.outbox = new Outbox(`chat ${this.texts['member']} ${this.texts['orderId']}`);
    this.status = section.querySelector('[data-chat-status]');
    this.form = section.querySelector<HTMLFormElement>('[data-chat-form]')!;
    this.field = this.form.elements.namedItem('text') as HTMLTextAreaElement;
  }

  /** Shows messages as they come, and after each connection those that were missed. */
  followConnection(): void {
    const { socket } = this;
    socket.on('connect', () => this.catchUp());
    socket.on('disconnect', () => this.onLost());
    socket.on('connect_error', ({ data }: Error & { data?: { status: number } }) => {
      this.onLost();
      // Socket.IO does not reconnect after a refusal with a problem, even one that is temporary.
      if (data && !isRefusal(data)) setTimeout(() => socket.connect(), RECONNECT_MS);
    });
    socket.on('message', (message: Message) => this.log.show(message));
  }

  /** Shows that the other side is typing, and sends that this one is. */
  followTyping(): void {
    const typing = this.section.querySelector<HTMLElement>('[data-typing]');
    const { member, orderId } = this.texts;
    let quiet: ReturnType<typeof setTimeout>;
    this.socket.on('typing', ({ memberId, isTyping }: { memberId: string; isTyping: boolean }) => {
      if (!typing || memberId === member) return;
      clearTimeout(quiet);
      typing.hidden = !isTyping;
      quiet = setTimeout(() => (typing.hidden = true), TYPING_MS);
    });
    this.field.addEventListener('input', () => {
      const isTyping = this.field.value !== '';
      if (this.socket.connected) this.socket.volatile.emit('typing', { orderId, isTyping });
    });
  }

  sendFromForm(): void {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (!text) return;
      this.field.value = '';
      // The next message is written there, too.
      this.field.focus();
      const message = { clientId: crypto.randomUUID(), text };
      this.outbox.add(message);
      this.enqueue(message);
    });
  }

  /** Sends what was not stored when its page was left. */
  sendAgain(): void {
    for (const message of this.outbox.messages) this.enqueue(message);
  }

  private async catchUp(): Promise<void> {
    this.page.networkAnswered();
    this.log.fallBehind();
    const connection = (this.connections += 1);
    const { orderId, live } = this.texts;
    // Also after a recovery: it costs one message, and none is missed.
    for (let hasMore = true; hasMore;) {
      const { data, error } = await this.request<Missed>('join', { orderId, after: this.log.lastKnown });
      // The next connection has joined by itself.
      if (connection !== this.connections || isRefusal(error)) return;
      if (data) this.log.showMissed(data.messages);
      hasMore = data?.hasMore ?? true;
      if (!data) await wait(RETRY_MS);
    }
    this.log.caughtUp();
    this.page.setText(this.status, live);
  }

  private onLost(): void {
    this.page.setText(this.status, this.texts['lost']);
    if (!navigator.onLine) this.page.networkFailed();
  }

  private enqueue(message: Unsent): void {
    const item = this.log.addWaiting(message);
    if (!this.socket.connected) this.log.markUnsent();
    this.previous = this.previous.then(() => this.send(message, item));
  }

  /** Sends a message until it is stored; the same id makes it one message, however often it arrives. */
  private async send(message: Unsent, item: HTMLElement): Promise<void> {
    for (;;) {
      const { data, error } = await this.request<Message>('message', {
        orderId: this.texts['orderId'],
        ...message,
      });
      if (data || isRefusal(error)) {
        this.outbox.remove(message);
        if (data) return this.log.show(data);
        break;
      }
      this.log.markUnsent();
      await wait(RETRY_MS);
    }
    item.remove();
    this.field.value = [message.text, this.field.value].filter(Boolean).join('\n');
    this.page.setText(this.status, this.texts['failed']);
  }

  private request<Data>(event: string, body: object): Promise<Reply<Data>> {
    return this.socket
      .timeout(ACKNOWLEDGED_MS)
      .emitWithAck(event, body)
      .catch(() => ({}));
  }
}

/** Whether what was sent will not be taken later either. */
const isRefusal = (error: Reply<unknown>['error']): boolean =>
  error !== undefined && error.status < 500 && error.status !== 429;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
