import { DEMO_ACCOUNTS } from './accounts.ts';
import { FIRST_NAMES, LAST_NAMES } from './user-words.ts';
import { random } from './random.ts';

/** A user of the demo. */
export interface DemoUser {
  id: string;
  name: string;
  /** Lower case, unique. */
  email: string;
  role: 'customer' | 'admin';
  avatarUrl: string | null;
  /** RFC 3339 UTC. */
  createdAt: string;
}

/** The reference time of the demo data, so that they are the same every day. */
export const DEMO_EPOCH = Date.parse('2026-01-01T00:00:00Z');

const COUNT = 500;
const DAY_MS = 86_400_000;

/** 500 users, `u1` to `u500`; ada and grace come first. */
export function demoUsers(seed: number): DemoUser[] {
  const { whole, pick, chance } = random(seed, 'users');
  return Array.from({ length: COUNT }, (_, index) => {
    const id = `u${index + 1}`;
    const [first, last] = [pick(FIRST_NAMES), pick(LAST_NAMES)];
    const account = DEMO_ACCOUNTS[index];
    const hasAvatar = chance(0.9) || account !== undefined;
    return {
      id,
      name: account?.name ?? `${first} ${last}`,
      email: account?.email ?? `${first}.${last}.${index + 1}@example.com`.toLowerCase(),
      role: account?.role ?? 'customer',
      avatarUrl: hasAvatar ? `https://images.example.com/avatars/${id}.png` : null,
      createdAt: new Date(DEMO_EPOCH - whole(366, 1500) * DAY_MS - whole(0, DAY_MS / 1000) * 1000).toISOString(),
    };
  });
}
