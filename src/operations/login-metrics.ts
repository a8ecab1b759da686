import type { LoginReports } from '#gateway/identity/provider/login-reports';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of logins and logouts at the OpenID provider, and of session renewals. */
export function exposeLogins({ counts }: LoginReports, metrics: CollectedMetrics): void {
  const series = (outcomes: ReadonlyMap<string, number>) => () =>
    [...outcomes].map(([outcome, value]) => ({ labels: { outcome }, value }));
  metrics.counter(
    {
      name: 'browser_logins_total',
      help: 'Logins at the OpenID provider by outcome: ok, failed or unknown (over, or begun in another browser).',
      labelNames: ['outcome'],
    },
    series(counts.logins),
  );
  metrics.counter(
    {
      name: 'browser_renewals_total',
      help: 'Renewals of sessions in browsers by outcome: ok, failed (tried again) or over (the session has ended).',
      labelNames: ['outcome'],
    },
    series(counts.renewals),
  );
  metrics.counter(
    {
      name: 'backchannel_logouts_total',
      help: 'Logout tokens of the OpenID provider by outcome: ok, refused or unchecked (the provider sends it again).',
      labelNames: ['outcome'],
    },
    series(counts.logouts),
  );
}
