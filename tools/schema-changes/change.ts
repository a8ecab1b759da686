/** A change of a contract that a client could notice. */
export interface Change {
  /** A sentence that describes the change, by which it can be accepted. */
  what: string;
  /** Whether it is breaking: a correct client may fail or must be changed; false if it is only dangerous. */
  isBreaking: boolean;
  /**
   * What changes, by which calls that depend on it are found: the schema coordinate of GraphQL (`Product.name`); of REST the
   * operation (`GET /v1/home`) or a place in a schema (`REST Product.name`).
   */
  coordinate: string;
  /** The affected client operations of the release; all, if every client may be affected. */
  operations: string[];
}
