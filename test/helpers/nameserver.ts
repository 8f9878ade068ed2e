import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { onTestFinished } from 'vitest';

/** A sort of record, by its number (RFC 1035 and later). */
const typeNumbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, SRV: 33, CAA: 257 } as const;
export type RecordType = keyof typeof typeNumbers;

/** Records of other sorts than addresses, as zone files write them. */
export type Zone = { [Type in RecordType]?: string[] };

/**
 * What a name answers: addresses of both families, records by sort, an error, silence, or bytes that make no sense. A
 * function answers each question anew.
 */
export type Records =
  | string[]
  | Zone
  | 'servfail'
  | 'refused'
  | 'silent'
  | 'lying'
  | 'truncated'
  | ((question: Question) => string[]);
export type Question = { name: string; type: RecordType | 'other'; count: number };

const responseCodes = { noError: 0, servfail: 2, nxdomain: 3, refused: 5 };

const typeOf = (number: number): Question['type'] =>
  (Object.keys(typeNumbers) as RecordType[]).find((type) => typeNumbers[type] === number) ?? 'other';

function nameBytes(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.');
  const parts = labels.filter(Boolean).map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function numberBytes(value: string | undefined, size: 1 | 2 | 4): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(Number(value), 0, size);
  return bytes;
}

/** The data of a record, from its words in a zone file. */
function dataOf(type: RecordType, text: string): Buffer {
  const [first = '', second = '', third = '', fourth = '', ...rest] = text.split(' ');
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressBytes(text);
    case 'NS':
    case 'CNAME':
      return nameBytes(text);
    case 'MX':
      return Buffer.concat([numberBytes(first, 2), nameBytes(second)]);
    case 'SRV':
      return Buffer.concat([...[first, second, third].map((each) => numberBytes(each, 2)), nameBytes(fourth)]);
    case 'SOA':
      return Buffer.concat([
        nameBytes(first),
        nameBytes(second),
        ...[third, fourth, ...rest].map((each) => numberBytes(each, 4)),
      ]);
    case 'CAA':
      return Buffer.concat([numberBytes(first, 1), Buffer.from([second.length]), Buffer.from(second + third)]);
    case 'TXT': {
      const pieces = text.match(/.{1,200}/gs) ?? [''];
      return Buffer.concat(pieces.map((piece) => Buffer.from([piece.length, ...Buffer.from(piece)])));
    }
  }
}

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

function reply(query: Buffer, end: number, code: number, typeNumber: number, data: Buffer[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(data.length, 6);
  header.fill(0, 8);
  const answers = data.map((bytes) => {
    // A pointer to the question's name, the type, class IN, a TTL of 0, the length.
    const record = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    record.writeUInt16BE(typeNumber, 2);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...answers]);
}

/** The answer that there is more than fits, and to ask again over TCP, where nobody listens. */
function truncatedReply(query: Buffer, end: number): Buffer {
  const packet = reply(query, end, 0, 1, []);
  packet.writeUInt16BE(packet.readUInt16BE(2) | 0x0200, 2);
  return packet;
}

/** The answer with its last record said to be longer than what follows. */
function lyingReply(query: Buffer, end: number): Buffer {
  const packet = reply(query, end, 0, 1, [Buffer.from([127, 0, 0, 1])]);
  packet.writeUInt16BE(9_999, packet.length - 6);
  return packet;
}

function wanted(all: string[] | Zone, type: Question['type']): string[] {
  if (type === 'other') return [];
  if (!Array.isArray(all)) return all[type] ?? [];
  const isWanted = { A: isIPv4, AAAA: isIPv6 }[type as 'A' | 'AAAA'];
  return isWanted ? all.filter((address) => isWanted(address)) : [];
}

/** A name server on loopback that knows the given names, and the root (the empty name) unless told otherwise. */
export async function startNameserver(
  zone: Record<string, Records>,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<{ at: string; port: number; questions: Question[] }> {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  socket.on('message', (query, from) => {
    const { name, typeNumber, end } = readQuestion(query);
    const type = typeOf(typeNumber);
    const count = questions.filter((question) => question.name === name && question.type === type).length;
    const question: Question = { name, type, count };
    questions.push(question);
    const records = zone[name] ?? (name === '' ? [] : undefined);
    const say = (packet: Buffer) => socket.send(packet, from.port, from.address);
    if (records === 'silent') return;
    if (records === 'lying') return say(lyingReply(query, end));
    if (records === 'truncated') return say(truncatedReply(query, end));
    if (records === undefined) return say(reply(query, end, responseCodes.nxdomain, typeNumber, []));
    if (typeof records === 'string') return say(reply(query, end, responseCodes[records], typeNumber, []));
    const texts = wanted(typeof records === 'function' ? records(question) : records, type);
    const data = type === 'other' ? [] : texts.map((text) => dataOf(type, text));
    say(reply(query, end, responseCodes.noError, typeNumber, data));
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const bound = socket.address();
  return { at: `${host}:${bound.port}`, port: bound.port, questions };
}
