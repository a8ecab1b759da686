/** A query whose answer may have more shapes than can be prepared: that is for an executor. */
export class NotStatic extends Error {}
