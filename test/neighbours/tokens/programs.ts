/** The providers are packages that npm installs: nothing else is needed. */
export const programs = { quick: [], full: [] };
