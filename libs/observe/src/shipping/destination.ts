/** Where log lines are sent, besides standard output. */
export interface LogDestination {
  kind: 'loki' | 'elasticsearch' | 'otlp';
  /** The full address that is posted to. */
  url: string;
  /** Headers of each request, credentials among them. */
  headers: Readonly<Record<string, string>>;
  /** The name of this process's service. */
  service: string;
  /** Attributes of the process, for OTLP. */
  resource?: Readonly<Record<string, string | number>>;
  /** The index or data stream, for Elasticsearch. */
  index?: string;
  /** The bytes of lines that may wait; the oldest are dropped beyond. */
  maxBytes: number;
  /** The timeout of a request, in milliseconds. */
  timeoutMs: number;
  isCompressed?: boolean;
}

/** A batch of lines as a protocol sends it. */
export interface EncodedLines {
  body: string | Uint8Array;
  contentType: string;
}

/** What became of the lines of an accepted request. */
export interface Verdict {
  /** How many the receiver did not take. */
  refused: number;
  /** The places of those that it may take later. */
  again: readonly number[];
}

/** How lines are sent to one kind of receiver. */
export interface LogProtocol {
  encode(lines: readonly string[]): EncodedLines;
  /** Reads the answer of a 2xx. @throws {Error} if it is not one of the protocol */
  judge(answer: Buffer, sent: number): Verdict;
}

export const ALL_TAKEN: Verdict = { refused: 0, again: [] };
