import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

/** A certificate for some names and addresses that vouches for itself, with the path of a file that trusts it. */
export type Certificate = { key: string; cert: string; path: string };

export type CertificateOptions = {
  names?: readonly string[];
  addresses?: readonly string[];
  /** Days from now, both of them. Default: from a week ago to 120 days ahead. */
  fromDays?: number;
  toDays?: number;
  /** Who vouches for it. Default: itself. */
  by?: Certificate;
  /** Its own name, as an authority's. */
  commonName?: string;
};

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

/** Makes a certificate; its file is removed when the test ends. */
export async function makeCertificate(options: CertificateOptions = {}): Promise<Certificate> {
  const { names = [], addresses = [], fromDays = -7, toDays = 120, by, commonName = 'lanterna.example' } = options;
  const altNames = [
    ...names.map((value) => ({ type: 2 as const, value })),
    ...addresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(by ? { ca: by } : {}),
    notBeforeDate: inDays(fromDays),
    notAfterDate: inDays(toDays),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const dir = await mkdtemp(join(tmpdir(), 'intermission-certificate-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'ca.pem');
  await writeFile(path, by?.cert ?? cert);
  return { key, cert, path };
}
