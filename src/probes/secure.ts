import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Validity } from './expiry.ts';

let publicRoots: SecureContext | undefined;

/** Hosts of URLs have brackets around addresses, and names may end with the root's dot; certificates know neither. */
function certificateName(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

export type SecureOptions = {
  /** The name, or the address, that the certificate must be for. */
  host: string;
  /** Whom to trust, when not the machine's own authorities. */
  secureContext?: SecureContext | undefined;
  /** What is spoken inside (ALPN). */
  protocols?: string[];
};

/**
 * Starts TLS over a connection, and verifies the chain, the host name and the dates.
 * @throws what Node and OpenSSL say about it
 */
export function startTls(socket: Socket, { host, secureContext, protocols }: SecureOptions): Promise<TLSSocket> {
  publicRoots ??= createSecureContext();
  const name = certificateName(host);
  const stream = connect({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    secureContext: secureContext ?? publicRoots,
    ...(protocols ? { ALPNProtocols: protocols } : {}),
  });
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.once('secureConnect', () => resolve(stream));
  });
}

/** Takes leave in due form: a target whose handshake is cut off at its end writes that into its log. */
export function endTls(stream: TLSSocket): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}

/**
 * When the certificate of the chain that ends first is valid, roots left out: whoever trusts a root trusts it past its
 * end. Null when none was shown.
 */
export function validityOf(stream: TLSSocket): Validity | null {
  let first = stream.getPeerX509Certificate();
  let next = first?.issuerCertificate;
  for (let depth = 0; next !== undefined && depth < 10; depth += 1) {
    const isRoot = next.issuer === next.subject;
    if (first && !isRoot && next.validToDate < first.validToDate) first = next;
    next = isRoot ? undefined : next.issuerCertificate;
  }
  return first ? { fromMs: first.validFromDate.getTime(), toMs: first.validToDate.getTime() } : null;
}
