// Run by raw-line-ends.all.test.ts inside a namespace, with a server, a port and a source address: logs in by IMAP with what
// standard input has as the name, in a literal (RFC 3501, 4.3), and ends when the server has answered.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const [host, port, localAddress] = process.argv.slice(2);
const name = await text(process.stdin);
const socket = connect({ host, port: Number(port), localAddress });
socket.setEncoding('latin1');
socket.setTimeout(20_000, () => socket.destroy(new Error('no reply in 20 s')));
const says = [`a LOGIN {${Buffer.byteLength(name)}}\r\n`, `${name} x\r\n`, 'b LOGOUT\r\n'];
let pending = '';
try {
  for await (const received of socket) {
    const whole = (pending + received).split('\r\n');
    pending = whole.pop();
    for (const line of whole.filter((line) => /^(?:\* OK|\+|a )/.test(line))) {
      const next = says.shift();
      if (next !== undefined) socket.write(next);
      if (line.startsWith('a ')) socket.end();
    }
  }
} catch (error) {
  // A server that refuses a name may hang up.
  if (error.code !== 'ECONNRESET') throw error;
}
