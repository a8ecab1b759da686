import { runProcess } from '#libs/process';
import { readIdentitySettings } from './settings.ts';

// The library writes to the console that it keeps all in memory and knows no newer Node: what this is here for.
for (const method of ['info', 'warn']) Reflect.set(console, method, () => {});

await runProcess('identity', async () => {
  const settings = readIdentitySettings(process.env);
  const { startIdentity } = await import('./start-identity.ts');
  return startIdentity(settings);
});
