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
  notAfterDate?: Date;
};

/** Makes a certificate; its file is removed when the test ends. */
export async function makeCertificate(options: CertificateOptions = {}): Promise<Certificate> {
  const { names = [], addresses = [], notAfterDate } = options;
  const altNames = [
    ...names.map((value) => ({ type: 2 as const, value })),
    ...addresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'lanterna.example' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 7 * 86_400_000),
    notAfterDate: notAfterDate ?? new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const dir = await mkdtemp(join(tmpdir(), 'intermission-certificate-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'ca.pem');
  await writeFile(path, cert);
  return { key, cert, path };
}
