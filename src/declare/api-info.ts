/** Examples of an operation, for the documents of the API. */
export interface ApiExample {
  /** The body of the request. */
  request?: unknown;
  /** The body of the answer. */
  answer?: unknown;
}

/** The title and description of the documents of the API. The features provide it. */
export abstract class ApiInfo {
  abstract readonly title: string;
  abstract readonly description: string;
  /** Examples by `operationId`, as the demo answers. */
  readonly examples?: Readonly<Record<string, ApiExample>>;
}
