import { SettingsError } from '#libs/process';
import { loadConfig } from './config.ts';

/** What is said of an environment that is wrong; empty for one that is not. */
export function complaint(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

/** The variables a complaint names. */
export const wrong = (environment: Record<string, string>) =>
  [...complaint(environment).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name).sort();
