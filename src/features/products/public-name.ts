/** The name of a person as everybody may read it: the first name, and the initial of the last one. `Ada L.` */
export function publicName(name: string): string {
  const [first = '', ...others] = name.trim().split(/\s+/u);
  const [initial] = others.at(-1) ?? '';
  return initial === undefined ? first : `${first} ${initial.toLocaleUpperCase('und')}.`;
}
