import type { PageKind } from './headers.ts';
import type { Site } from './site.ts';

/** What is published under one address, for whoever copies it elsewhere. */
export type PublishedFile = {
  /** With the query where it has one. */
  address: string;
  kind: PageKind;
  contentType: string;
  /** Content-Security-Policy that it is served with. */
  policy: string;
  /** Of its bytes. */
  hash: string;
  /** The bytes as they are served without an encoding. */
  bytes: () => Promise<Buffer>;
};

/** Everything that is published at this moment, and when it was last known to be true. */
export type Published = { heartbeatAt: number; files: readonly PublishedFile[] };

/** What a site has published: later changes of the site are not in it. */
export function publishedFiles({ pages, heartbeatAt }: Site): Published {
  const files = [...pages].map(([address, { kind, contentType, policy, hash, bodies }]) => ({
    address,
    kind,
    contentType,
    policy,
    hash,
    bytes: async () => bodies.identity,
  }));
  return { heartbeatAt, files };
}
