/** What the OpenAPI document says of the whole API. The features provide it. */
export abstract class ApiInfo {
  abstract readonly title: string;
  abstract readonly description: string;
}
