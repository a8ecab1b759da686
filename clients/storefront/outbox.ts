/** A message that is not stored yet. */
export interface Unsent {
  /** Makes it one message, however often it is sent. */
  clientId: string;
  text: string;
}

/** Keeps messages until they are stored, for as long as the tab is open: a page that is left does not lose them. */
export class Outbox {
  private kept: readonly Unsent[];

  /** @param key names whose messages they are, and where */
  constructor(private readonly key: string) {
    this.kept = JSON.parse(sessionStorage.getItem(key) ?? '[]') as Unsent[];
  }

  /** In the order in which they were written. */
  get messages(): readonly Unsent[] {
    return this.kept;
  }

  add(message: Unsent): void {
    this.keep([...this.kept, message]);
  }

  remove({ clientId }: Unsent): void {
    this.keep(this.kept.filter((one) => one.clientId !== clientId));
  }

  private keep(messages: readonly Unsent[]): void {
    this.kept = messages;
    if (messages.length) sessionStorage.setItem(this.key, JSON.stringify(messages));
    else sessionStorage.removeItem(this.key);
  }
}
