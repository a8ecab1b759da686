/** A change of a contract that a client could notice. */
export interface Change {
  /** What has changed, in a sentence. A change is accepted by it. */
  what: string;
  /** True where a client that was right may fail or has to be rewritten; false where it may only be surprised. */
  isBreaking: boolean;
  /** The released operations of clients that it is about; of what every client may use, all. */
  operations: string[];
}
