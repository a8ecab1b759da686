/** The default metrics of prom-client one by one: all together have an event-loop lag that each scrape resets. */
declare module 'prom-client/lib/metrics/*' {
  import type { Registry } from 'prom-client';

  const register: (registry: Registry, config?: object) => void;
  export default register;
}
