export const { URL, TOKEN } = process.env;

/** The types of the events of an order, but those of a service that is away for a moment. */
export const TYPES = ['status', 'shutdown', 'end'];

/** Prints what has happened as a line of JSON. */
export const say = (...what) => process.stdout.write(`${JSON.stringify(what)}\n`);
