/** The provider is a package of npm: nothing has to be installed for the quick set. */
export const programs = { quick: [], full: [] };
