import { runService } from '#libs/process';
import { readIdentitySettings } from './settings.ts';

// The library warns on the console about its in-memory storage and newer Node versions: both are intended here.
for (const method of ['info', 'warn']) Reflect.set(console, method, () => {});

await runService('identity', async () => {
  const settings = readIdentitySettings(process.env);
  const { startIdentity } = await import('./start-identity.ts');
  return startIdentity(settings);
});
