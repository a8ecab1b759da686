/** Thrown for a query whose response shape is not known in advance: graphql-js runs it. */
export class NotStatic extends Error {}
