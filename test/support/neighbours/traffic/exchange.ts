/** A request and its answer, as they were on the wire. */
export interface Exchange {
  /** The port of the server. */
  port: number;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** In base64. */
  body: string;
  status: number;
  answerHeaders: Record<string, string>;
  /** In base64, coded as it was sent. */
  answer: string;
}
