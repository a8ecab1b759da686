import { defineRefusalSources, type RefusalSource } from '#libs/errors';

/** Why a message of the support chat is refused with a 503. */
const supportRefusals = defineRefusalSources({
  'support-chat': {
    code: 'OVERLOADED',
    when: 'Redis, which stores the messages, cannot be reached.',
    setting: '`REDIS_URL`',
  },
});

type SupportRefusals = Record<keyof typeof supportRefusals, RefusalSource>;

declare module '#libs/errors' {
  interface FeatureRefusalSources extends SupportRefusals {}
}
