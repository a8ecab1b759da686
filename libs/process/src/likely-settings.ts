/** Shorter names are close to too many others. */
const MIN_LENGTH = 5;
/** From this length on two changes are likely a mistake, before one. */
const LONG = 8;
/** What OpenSSL reads, which is close to our names. */
const OF_OTHERS = new Set(['SSL_CERT_FILE', 'SSL_CERT_DIR']);

/** A setting, its name as it is compared, and the characters in that. */
interface Candidate {
  setting: string;
  plain: string;
  characters: number;
}

/**
 * Finds variables that are likely meant as a setting: those whose name is one or two changes away from it, and files of settings
 * that are no secrets.
 * @param known the settings, with whether they are secret
 * @returns a sentence for each; without its value
 */
export function unknownSettings(environment: NodeJS.ProcessEnv, known: ReadonlyMap<string, boolean>): string[] {
  const given = Object.keys(environment).filter(
    (name) => environment[name]?.trim() && !known.has(name) && !OF_OTHERS.has(name),
  );
  const candidates = [...known.keys()].map((setting) => {
    const plain = plainOf(setting);
    return { setting, plain, characters: charactersOf(plain) };
  });
  return given.sort().flatMap((name) => {
    const base = name.replace(/_FILE$/, '');
    if (base !== name && known.has(base))
      return known.get(base) ? [] : [`${name} is ignored: ${base} is no secret, and cannot be a file`];
    const likely = likelyName(name, candidates);
    return likely && !environment[likely]?.trim() ? [`${name} is ignored: there is ${likely}`] : [];
  });
}

function likelyName(name: string, candidates: readonly Candidate[]): string | undefined {
  const own = plainOf(name);
  const ownCharacters = charactersOf(own);
  let best: { setting: string; changes: number } | undefined;
  for (const { setting, plain, characters } of candidates) {
    const length = Math.min(name.length, setting.length);
    const maxChanges = Math.min(length < LONG ? 1 : 2, (best?.changes ?? Infinity) - 1);
    if (length < MIN_LENGTH || Math.abs(own.length - plain.length) > maxChanges) continue;
    // A change takes one character away, and adds one.
    if (onesIn(ownCharacters ^ characters) > 2 * maxChanges) continue;
    const changes = changesBetween(own, plain, maxChanges);
    if (changes !== undefined) best = { setting, changes };
  }
  return best?.setting;
}

const plainOf = (name: string) => name.toUpperCase().replace(/[_-]/g, '');

/** The characters of a name as a bit set. Some share a bit, so that it rules names out, but never a likely one. */
const charactersOf = (plain: string) =>
  [...plain].reduce((bits, character) => bits | (1 << (character.charCodeAt(0) % 32)), 0);

function onesIn(bits: number): number {
  let ones = 0;
  for (let rest = bits; rest; rest &= rest - 1) ones += 1;
  return ones;
}

/**
 * The characters to insert, delete, replace or swap with their neighbour: the optimal string alignment distance.
 * @returns undefined if there are more than `maxChanges`: a start compares each variable of its environment with every setting
 */
function changesBetween(one: string, other: string, maxChanges: number): number | undefined {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      let changes = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        changes = Math.min(changes, rows[i - 2]![j - 2]! + 1);
      row.push(changes);
    }
    rows.push(row);
    // A swap looks back two rows.
    if (Math.min(...row, ...rows[i - 1]!) > maxChanges) return undefined;
  }
  const changes = rows[one.length]![other.length]!;
  return changes <= maxChanges ? changes : undefined;
}
