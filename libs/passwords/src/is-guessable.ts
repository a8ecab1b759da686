/** The stems of common passwords: words, names, keyboard sequences. Without trailing digits. */
const TRIED_FIRST = new Set(
  `abc abcd abcdef abcdefg abcdefgh access account admin administrator adobe alexander amanda america andrea andrew angel
  angela anthony apple april arsenal asdf asdfgh asdfghjkl ashley august austin autumn bailey banana barcelona baseball
  basketball batman beautiful benjamin blink bonjour butterfly changeme changeit charlie cheese chelsea chicken chocolate
  computer cookie corvette cowboys dallas daniel december default dolphin donald dragon einstein elizabeth enter facebook
  family ferrari flower football forever freedom friday friends fuckyou george ginger google guest hannah hello hockey
  hunter iloveyou internet jackson jasmine jennifer jessica jordan joshua justin killer king letmein letmeinnow liverpool
  login london lovely loveme maggie manchester manager marina martin master matrix matthew maverick mercedes merlin michael
  michelle microsoft midnight minecraft monday monkey morgan mustang mypassword naruto newyork nicole ninja nothing october
  officer oliver orange pakistan passw pass passport passphrase password passwort patrick pepper phoenix please pokemon
  princess purple qazwsx qazwsxedc qwer qwert qwerty qwertyu qwertyui qwertyuiop qwertz qwertzuiop rainbow ranger richard
  robert rockyou samantha samsung secret secure security september shadow silver skywalker slipknot snoopy soccer sparky
  spring starwars startrek stella summer sunday sunflower sunshine superman superstar taylor temporary tennis test tester
  testing thomas thunder tigger tinkerbell trinity trustno user username victoria welcome whatever william windows winter
  wizard xbox yankees yellow zaq xsw zxcvbn zxcvbnm`.split(/\s+/),
);

/** Characters that substitute letters. */
const LETTERS: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const RUNS = [
  '01234567890123456789',
  '98765432109876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
];

/**
 * Whether a password is common: a common word, once or repeated, with digits and punctuation around it or in place of
 * letters; one repeated character; a sequence (NIST SP 800-63B, section 3.1.1.2; OWASP ASVS 5, 6.2.4).
 */
export function isGuessable(password: string): boolean {
  const plain = password.toLowerCase();
  if (new Set(plain).size <= 2) return true;
  if (RUNS.some((run) => run.includes(plain))) return true;
  const bare = plain.replace(/^[^a-z]+|[^a-z]+$/g, '');
  const core = plain.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  return [bare, core, lettersOf(plain), lettersOf(bare), lettersOf(plain.replace(/[\d\W_]+$/, ''))].some(isCommon);
}

const lettersOf = (word: string): string => [...word].map((sign) => LETTERS[sign] ?? sign).join('');

function isCommon(word: string): boolean {
  if (TRIED_FIRST.has(word)) return true;
  const half = word.slice(0, word.length / 2);
  return word.length > 0 && half + half === word && TRIED_FIRST.has(half);
}
