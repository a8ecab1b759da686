import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id (the library's variant by default): 19 MiB, two passes, one thread. */
const OWASP = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords, off the main thread. */
export class Passwords {
  /** The hash of a random password. */
  private readonly decoy = hash(randomBytes(16), OWASP);

  /** A PHC string to store, the same for all ways to type a letter with its accent. */
  hash(password: string): Promise<string> {
    return hash(normalized(password), OWASP);
  }

  /** Whether a hash was made with weaker parameters than the current ones. */
  isOutdated(hashed: string): boolean {
    const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(hashed) ?? [];
    return Number(memory ?? 0) < OWASP.memoryCost || Number(time ?? 0) < OWASP.timeCost;
  }

  /** Verifies a password. Without a hash it returns false after the same time. */
  async fits(password: string, hashed: string | null | undefined): Promise<boolean> {
    // Older hashes are of the text as it was typed.
    const forms = new Set([normalized(password), password]);
    let isRight = false;
    for (const form of forms) isRight = (await verify(hashed ?? (await this.decoy), form)) || isRight;
    return isRight && Boolean(hashed);
  }
}

/** Some keyboards send é as one code point, some as two (RFC 8265, section 4.2: NFC). */
const normalized = (password: string): string => password.normalize('NFC');
