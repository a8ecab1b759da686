/** The title and description of the OpenAPI document. The features provide it. */
export abstract class ApiInfo {
  abstract readonly title: string;
  abstract readonly description: string;
}
