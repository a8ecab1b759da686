import { Audit } from '#gateway/identity/audit/audit';
import { EventLog } from '#libs/events';
import { UpstreamClients } from '#libs/upstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { activity, system } from './operations-topics.ts';
import { OperatorsWatch } from './operators-watch.ts';
import { ReadSystemStatus } from './system-status.ts';

/** Publishes breaker changes, the state of the process and audit events to operators' streams. */
@Injectable()
export class PublishOperations implements OnModuleInit {
  private readonly states = new Map<string, string>();

  constructor(
    private readonly eventLog: EventLog,
    private readonly clients: UpstreamClients,
    private readonly audit: Audit,
    private readonly watch: OperatorsWatch,
    private readonly status: ReadSystemStatus,
  ) {}

  onModuleInit(): void {
    this.watch.onTick(() => this.eventLog.publish(system, { type: 'status', data: this.status.read() }));
    this.clients.watchTries(({ upstream, method, breaker }) => this.note(upstream, method, breaker));
    this.audit.onWrite((event, { userId, reason }) => {
      // Denials are left out: any client could flood the stream with them.
      if (event !== 'denied')
        this.eventLog.publish(activity, { type: 'activity', data: { event, userId, reason } });
    });
  }

  private note(upstream: string, method: string, state: string): void {
    const key = `${upstream} ${method}`;
    const before = this.states.get(key) ?? 'CLOSED';
    if (before === state || state === 'OFF') return;
    this.states.set(key, state);
    this.eventLog.publish(system, { type: 'breaker.changed', data: { upstream, method, state } });
  }
}
