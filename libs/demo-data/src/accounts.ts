/** A demo account. */
export interface DemoAccount {
  id: string;
  name: string;
  email: string;
  password: string;
  role: 'customer' | 'admin';
}

/** The accounts the README names; the first two of `demoUsers`. */
export const DEMO_ACCOUNTS = [
  { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.com', password: 'analytical-engine', role: 'customer' },
  { id: 'u2', name: 'Grace Hopper', email: 'grace@example.com', password: 'nanosecond-wire', role: 'admin' },
] as const satisfies readonly DemoAccount[];
