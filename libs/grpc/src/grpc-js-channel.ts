import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import {
  Client,
  type ClientOptions,
  ChannelCredentials,
  connectivityState,
  Metadata,
  type ServiceError,
  status as Status,
} from '@grpc/grpc-js';
import { hostPort } from '#libs/endpoints';
import { Diagnosis } from './diagnose.ts';
import type { CallOptions, ConnectionReport, GrpcChannel, MessageStream } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { grpcJsStream } from './grpc-js-stream.ts';
import { nameIn, type Server } from './http2-session.ts';
import { MAX_MESSAGE_BYTES } from './messages.ts';
import { USER_AGENT } from './request-headers.ts';
import type { ConnectionSettings } from './settings.ts';

/** Reconnects as soon as `http2` does, in milliseconds. */
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

/** grpc-js would ask for an IP address as for a name, which Node refuses (RFC 6066, 3), and cannot ask for no name. */
const NO_NAME = 'ip.invalid';

const same = (bytes: Buffer): Buffer => bytes;

/** The connections of grpc-js to one address: the second implementation, to compare with and to fall back on. */
export class GrpcJsChannel implements GrpcChannel {
  private readonly address: string;
  private readonly options: ClientOptions;
  /** Sends again what a server refused, on its own. */
  private client: Client;
  /** For calls that must not come twice: a proxy may say REFUSED_STREAM after the work began. */
  private careful: Client | undefined;
  private readonly diagnosis: Diagnosis;

  constructor(
    private readonly server: Server,
    { keepaliveMs, pingTimeoutMs }: ConnectionSettings,
  ) {
    const { host, port, authority } = server.address;
    this.address =
      port === undefined ? `unix:${host}` : `${host.includes(':') ? 'ipv6' : 'ipv4'}:${hostPort(host, port)}`;
    this.options = {
      'grpc.default_authority': authority,
      'grpc.primary_user_agent': USER_AGENT,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': pingTimeoutMs,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': MIN_BACKOFF_MS,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    };
    this.diagnosis = new Diagnosis(server);
    this.client = this.connect();
  }

  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (options.until.endedBy) return reject(new GrpcFailure(Status.CANCELLED, 'nobody waits for the answer'));
      const call = this.clientFor(options).makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        metadataOf(options),
        deadlineOf(options),
        (error, answer) => {
          stopListening();
          if (error) void this.explained(error).then(reject);
          else resolve(answer!);
        },
      );
      const stopListening = options.until.onEnd(() => call.cancel());
    });
  }

  async serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>> {
    if (options.until.endedBy) throw new GrpcFailure(Status.CANCELLED, 'nobody waits for the answer');
    const request = Buffer.from(message);
    const call = this.clientFor(options).makeServerStreamRequest(
      path,
      same,
      same,
      request,
      metadataOf(options),
      {},
    );
    return grpcJsStream(call, (error) => this.explained(error));
  }

  isReady(): boolean {
    return this.client.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  renew(): void {
    const before = [this.client, this.careful];
    this.client = this.connect();
    this.careful = undefined;
    // Calls under way end where they are.
    for (const client of before) client?.close();
  }

  close(): void {
    this.client.close();
    this.careful?.close();
  }

  /** Of a client it shows its state alone: which calls are on it, and since when there is a connection, it does not say. */
  report(): ConnectionReport[] {
    return [this.client, this.careful].flatMap((client) => {
      const state = client && stateOf(client);
      return state ? [{ state }] : [];
    });
  }

  /** The failure; where no connection could be made, with a hint at the mistake in the address. */
  private async explained(error: ServiceError): Promise<GrpcFailure> {
    const { code, metadata, cause } = error;
    const isUnsent = UNSENT.test(error.details);
    const hint = isUnsent ? await this.diagnosis.hintFor(asReason(error)) : undefined;
    const details = hint ? `${error.details} (${hint})` : error.details;
    const progress = isUnsent ? 'unsent' : REFUSED.test(details) ? 'refused' : 'sent';
    const isCutOff = code === Status.INTERNAL && CUT_OFF.test(details);
    return new GrpcFailure(isCutOff ? Status.UNAVAILABLE : code, details, { metadata, progress, cause });
  }

  private clientFor({ isIdempotent }: CallOptions): Client {
    return isIdempotent ? this.client : (this.careful ??= this.connect({ 'grpc.enable_retries': 0 }));
  }

  private connect(more: ClientOptions = {}): Client {
    const { tls } = this.server;
    if (!tls) return new Client(this.address, ChannelCredentials.createInsecure(), { ...this.options, ...more });
    const { servername = nameIn(this.server.address.authority), ...material } = tls();
    const name = isIP(servername) ? NO_NAME : servername;
    const credentials = ChannelCredentials.createFromSecureContext(createSecureContext(material), {
      checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
    });
    const options = { ...this.options, 'grpc.ssl_target_name_override': name, ...more };
    return new Client(this.address, credentials, options);
  }
}

function stateOf(client: Client): ConnectionReport['state'] | undefined {
  const state = client.getChannel().getConnectivityState(false);
  if (state === connectivityState.READY) return 'READY';
  return state === connectivityState.CONNECTING ? 'CONNECTING' : undefined;
}

function metadataOf({ metadata: given }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (let i = 0; i < given.length; i += 2) metadata.add(given[i]!, given[i + 1]!);
  return metadata;
}

const deadlineOf = ({ timeoutMs }: CallOptions) =>
  timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };

/** What grpc-js says of a call that never left. */
const UNSENT =
  /^(No connection established|Failed to connect|Name resolution failed|Channel closed before call started)/;

/** What it says of REFUSED_STREAM, and of streams above the last id of a GOAWAY, which it cannot tell apart. */
const REFUSED = /^(Stream refused by server|Write error: .*NGHTTP2_REFUSED_STREAM)/;

/** What it says of a clean end without a status: HAProxy and Caddy end an answer so that their backend broke off. */
const CUT_OFF = /^Received RST_STREAM with code 0 .*without gRPC status/;

/** Why no connection could be made: the code of the socket's error stands in the text alone, beside a time. */
const asReason = ({ details }: ServiceError): Error =>
  Object.assign(new Error(details.replace(/ \(\d{4}-[^)]*\)/g, '')), {
    code: /\b(?:E[A-Z]{4,}|ERR_[A-Z\d_]+)\b/.exec(details)?.[0],
  });
