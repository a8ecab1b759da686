import sharp from 'sharp';
import type { Access } from '#test/support/access';

/** What a gateway answered, of each part that needs more of its system than the network. */
export interface FeatureSet {
  home: { status: number; degraded: unknown };
  /** The sides of the three sizes of an avatar, which threads made. */
  avatar: (number | undefined)[];
  /** The state of a job that exports orders, and the first line of its file. */
  exported: [state: string, header: string | undefined];
  /** The first function of a CPU profile. */
  profile: string | undefined;
  portal: number;
}

interface Job {
  isEnded: boolean;
  state: string;
  result?: { url: string };
}

/** Calls the home page, uploads a picture, exports orders as a job, takes a profile and opens the portal, as demo user `u1`. */
export async function tryFeatureSet(url: string, adminUrl: string, access: Access): Promise<FeatureSet> {
  const headers = access.of('u1');
  const json = async <T>(path: string, method = 'GET', body?: object, at = url) => {
    const answer = await untilServed(new URL(path, at), {
      method,
      headers: { ...headers, ...(at === adminUrl ? access.admin : {}), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, location: answer.headers.get('location'), body: (await answer.json()) as T };
  };

  const home = await json<{ degraded?: unknown }>('/v1/home');
  const { body: avatar } = await json<Record<'small' | 'medium' | 'large', string>>('/v1/me/avatar', 'PUT', {
    uploadId: await uploadOf(url, headers),
  });
  const sizes = [avatar.small, avatar.medium, avatar.large].map(async (path) => {
    const answer = await untilServed(new URL(path, url));
    return (await sharp(await answer.arrayBuffer()).metadata()).width;
  });

  const exported = await json<object>('/v1/orders/exports', 'POST', { format: 'CSV' });
  if (!exported.location) throw new Error(JSON.stringify(exported));
  const { location } = exported;
  let job: Job;
  do job = (await json<Job>(location)).body;
  while (!job.isEnded);
  const file = job.result && (await (await untilServed(new URL(job.result.url, url))).text());

  const profile = await json<{ nodes: { callFrame: { functionName: string } }[] }>(
    '/admin/profiles',
    'POST',
    { kind: 'cpu', seconds: 1 },
    adminUrl,
  );
  return {
    home: { status: home.status, degraded: home.body.degraded },
    avatar: await Promise.all(sizes),
    exported: [job.state, file?.split(/\r?\n/)[0]],
    profile: profile.body.nodes?.[0]?.callFrame.functionName,
    portal: (await untilServed(new URL('/docs', url))).status,
  };
}

/** Asks again where a busy machine was too slow. */
async function untilServed(url: URL, request?: RequestInit): Promise<Response> {
  for (;;) {
    const answer = await fetch(url, request);
    if (answer.status !== 503 && answer.status !== 504) return answer;
    await answer.body?.cancel();
  }
}

async function uploadOf(url: string, headers: Record<string, string>): Promise<string> {
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer();
  const answer = await untilServed(new URL('/v1/uploads', url), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'image/jpeg' },
    body: new Uint8Array(picture),
  });
  return ((await answer.json()) as { id: string }).id;
}
