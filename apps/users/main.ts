import { runService } from '#libs/process';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';

await runService('users', async () => startUsers(usersSettings(process.env)));
