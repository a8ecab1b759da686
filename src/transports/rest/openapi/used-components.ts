/** The components of an OpenAPI document, by kind and name. */
export type Components = Record<string, Record<string, object>>;

const REFERENCE = /"#\/components\/(\w+)\/([\w.-]+)"/g;

/** The components that are referenced from the paths or from each other, sorted by name. */
export function usedComponents(components: Components, paths: object): Components {
  const used = new Set<string>();
  const visit = (where: object): void => {
    for (const [, kind, name] of JSON.stringify(where).matchAll(REFERENCE)) {
      const component = components[kind!]?.[name!];
      if (!component || used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      visit(component);
    }
  };
  visit(paths);
  return Object.fromEntries(
    Object.entries(components).map(([kind, all]) => {
      const names = Object.keys(all).filter((name) => used.has(`${kind}/${name}`));
      return [kind, Object.fromEntries(names.sort().map((name) => [name, all[name]!]))];
    }),
  );
}
