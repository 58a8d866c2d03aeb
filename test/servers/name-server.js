// Run by name-server.ts inside a namespace: a name server for the names that its argument lists as JSON, on 127.0.0.1.
// Any other name does not exist. It answers A, PTR, MX and TXT, prints a line once it listens, and stays until it is ended.
import { createSocket } from 'node:dgram';

const types = { A: 1, PTR: 12, MX: 15, TXT: 16 };
const nameError = 3;

const records = JSON.parse(process.argv[2]);

function encodeName(name) {
  const labels = name === '' ? [] : name.split('.');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.of(0),
  ]);
}

function encode(type, value) {
  if (type === 'A') return Buffer.from(value.split('.').map(Number));
  if (type === 'PTR') return encodeName(value);
  if (type === 'MX') return Buffer.concat([Buffer.of(0, 10), encodeName(value)]);
  const parts = value.match(/.{1,255}/gs) ?? [];
  return Buffer.concat(parts.map((part) => Buffer.from([part.length, ...Buffer.from(part)])));
}

/** Returns the name that a query asks for, and where it ends. */
function questionOf(query) {
  const labels = [];
  let at = 12;
  for (; query[at] !== 0; at += 1 + query[at])
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answer(query) {
  const { name, type, end } = questionOf(query);
  const known = records[name];
  const [typeName] = Object.entries(types).find(([, number]) => number === type) ?? [];
  const found = [known?.[typeName] ?? []].flat();
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8580 | (known === undefined ? nameError : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  header.writeUInt32BE(0, 8);
  const answers = found.map((value) => {
    const data = encode(typeName, value);
    const fields = Buffer.alloc(12);
    // The name is that of the question; a minute to live.
    fields.writeUInt16BE(0xc00c, 0);
    fields.writeUInt16BE(type, 2);
    fields.writeUInt16BE(1, 4);
    fields.writeUInt32BE(60, 6);
    fields.writeUInt16BE(data.length, 10);
    return Buffer.concat([fields, data]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...answers]);
}

const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => socket.send(answer(query), port, address));
socket.bind(53, '127.0.0.1', () => console.log('listening'));
