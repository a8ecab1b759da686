import { wrongSettings } from './launcher/wrong-settings.ts';

// Prints what is wrong with the settings in the environment, of all processes at once.
for (const line of await wrongSettings(process.env)) process.stdout.write(`${line}\n`);
