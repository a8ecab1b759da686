/** A change of a contract that a client could notice. */
export interface Change {
  /** A sentence that describes the change, by which it can be accepted. */
  what: string;
  /** Whether it is breaking: a correct client may fail or must be changed; false if it is only dangerous. */
  isBreaking: boolean;
  /** The schema coordinate that changes, for example `Product.name`; only of the GraphQL schema. */
  coordinate?: string;
  /** The affected client operations of the release; all, if every client may be affected. */
  operations: string[];
}
