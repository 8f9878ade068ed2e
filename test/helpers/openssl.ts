import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const authority = `[ca]
default_ca = own
[own]
database = ./index.txt
new_certs_dir = .
serial = ./serial
default_md = sha256
policy = names
x509_extensions = extensions
[names]
commonName = supplied
[extensions]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:TRUE
`;

/** The way OpenSSL's `ca` writes dates: YYYYMMDDHHMMSSZ. */
const dated = (at: number): string => `${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;

/**
 * Lets OpenSSL make a certificate for 127.0.0.1 that vouches for itself: `cert.pem` and `key.pem` in the folder.
 * @param validFrom epoch ms
 * @param validTo epoch ms
 */
export async function makeOpensslCertificate(dir: string, validFrom: number, validTo: number): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  await writeFile(join(dir, 'ca.cnf'), authority);
  await writeFile(join(dir, 'index.txt'), '');
  await writeFile(join(dir, 'serial'), '01\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  await openssl('req', '-new', ...key, '-out', 'request.pem', '-subj', '/CN=entry.example');
  const dates = ['-startdate', dated(validFrom), '-enddate', dated(validTo)];
  const files = ['-keyfile', 'key.pem', '-in', 'request.pem', '-out', 'cert.pem'];
  await openssl('ca', '-batch', '-selfsign', '-notext', '-config', 'ca.cnf', ...files, ...dates);
}
