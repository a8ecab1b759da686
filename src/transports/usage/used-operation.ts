/** What is known of a called operation without what its caller sent: a document of GraphQL, or a method and a path of REST. */
export interface UsedOperation {
  /** The SHA-256 of its document; empty for one of REST. */
  sha256: string;
  /**
   * `web/home` for a trusted operation; else the name in the document, or `anonymous`. Of REST the method and the path, with
   * `?fields=` where fields were selected: `GET /v1/orders/{id}?fields=order.id`.
   */
  name: string;
  isPersisted: boolean;
  /** The schema coordinates that it depends on, in order; none of REST. */
  coordinates: readonly string[];
}

/** An operation of REST. @param name its method and path @param fields the paths that `?fields=` selects, in order */
export const restOperation = (name: string, fields: readonly string[] = []): UsedOperation => ({
  sha256: '',
  name: fields.length ? `${name}${FIELDS}${fields.join()}` : name,
  isPersisted: false,
  coordinates: [],
});

const FIELDS = '?fields=';

/** The method and path of an operation of REST, and the paths that its calls selected; undefined if they selected none. */
export function restPartsOf(name: string): { route: string; fields?: string[] } {
  const [route, fields] = name.split(FIELDS) as [string, string?];
  return { route, ...(fields !== undefined && { fields: fields.split(',') }) };
}
