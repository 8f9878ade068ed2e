import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** In PEM. */
export type Certificate = { key: string; cert: string };

const hourMs = 3_600_000;

/** Makes the certificate of the sample's payment service, and leaves its public half where the probe finds it. */
export async function makeCertificate(dir: string): Promise<Certificate> {
  const now = Date.now();
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'payments.reel.example' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A little of yesterday, for a clock that is set back.
    notBeforeDate: new Date(now - 24 * hourMs),
    notAfterDate: new Date(now + 90 * 24 * hourMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeFile(join(dir, 'payments.pem'), cert);
  return { key, cert };
}
