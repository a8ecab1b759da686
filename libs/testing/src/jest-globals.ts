/** jest's functions, taken when they are called: programs that are no tests load these helpers too, and have none. */
export const jestGlobals = () => globalThis as unknown as typeof import('@jest/globals');
