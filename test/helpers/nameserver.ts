import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a name answers: addresses of both families, an error, or silence. A function answers each question anew. */
export type Records = string[] | 'servfail' | 'silent' | ((question: Question) => string[]);
export type Question = { name: string; type: 'A' | 'AAAA' | 'other'; count: number };

const typeNumbers: Record<number, Question['type']> = { 1: 'A', 28: 'AAAA' };
const responseCodes = { noError: 0, servfail: 2, nxdomain: 3 };

function readQuestion(packet: Buffer): { name: string; typeNumber: number; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = packet.readUInt8(offset); length > 0; length = packet.readUInt8(offset)) {
    labels.push(packet.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), typeNumber: packet.readUInt16BE(offset + 1), end: offset + 5 };
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const { address: text } = new SocketAddress({ address, family: 'ipv6' });
  const [head = '', tail] = text
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
      [(a << 8) | +b, (c << 8) | +d].map((group) => group.toString(16)).join(':'),
    )
    .split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}

function reply(query: Buffer, end: number, code: number, typeNumber: number, addresses: string[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8);
  const answers = addresses.map((address) => {
    const data = addressBytes(address);
    // A pointer to the question's name, the type, class IN, a TTL of 0, the length.
    const record = Buffer.from([0xc0, 12, 0, typeNumber, 0, 1, 0, 0, 0, 0, 0, data.length]);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...answers]);
}

/** A name server on loopback that knows the given names, and the root (the empty name) unless told otherwise. */
export async function startNameserver(zone: Record<string, Records>): Promise<{ at: string; questions: Question[] }> {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  socket.on('message', (query, from) => {
    const { name, typeNumber, end } = readQuestion(query);
    const type = typeNumbers[typeNumber] ?? 'other';
    const count = questions.filter((question) => question.name === name && question.type === type).length;
    const question = { name, type, count };
    questions.push(question);
    const records = zone[name] ?? (name === '' ? [] : undefined);
    if (records === 'silent') return;
    const all = typeof records === 'function' ? records(question) : records;
    const isWanted = { A: isIPv4, AAAA: isIPv6, other: () => false }[type];
    const addresses = Array.isArray(all) ? all.filter((address) => isWanted(address)) : [];
    const code = all === 'servfail' ? 'servfail' : all ? 'noError' : 'nxdomain';
    socket.send(reply(query, end, responseCodes[code], typeNumber, addresses), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { at: `127.0.0.1:${socket.address().port}`, questions };
}
