/**
 * Proxies of this host that hand POP and IMAP connections on, as the configurations of haproxy and nginx tell. Only
 * those count that work on connections: nginx as a mail proxy logs its clients' logins itself.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../host/read-text.ts';
import { type Address, isAddress, parseAddress } from '../relay/address.ts';

/** One line that hands connections on. */
export interface MailProxy {
  readonly program: 'haproxy' | 'nginx';
  /** `FILE:LINE`. */
  readonly origin: string;
  /** Whether it tells the server who the client is, by the PROXY protocol. */
  readonly passesClient: boolean;
  /** The address that it connects from, where it names one. */
  readonly source: Address | undefined;
}

/** Ports of POP and IMAP servers. */
const mailPorts: ReadonlySet<string> = new Set(['110', '143', '993', '995']);

/** Where the configurations lie: Debian and most others. */
const places = { haproxy: '/etc/haproxy', nginx: '/etc/nginx' } as const;

/** Returns the proxies that the configurations of this host tell of, as far as they can be read. */
export function findProxies(): MailProxy[] {
  const haproxy = textsIn(places.haproxy, '.cfg').flatMap(([path, text]) => haproxyOf(text, path));
  const nginx = textsIn(places.nginx, '.conf').flatMap(([path, text]) => nginxOf(text, path));
  return [...haproxy, ...nginx];
}

/** A section of haproxy.cfg. */
interface Section {
  readonly name: string;
  hasMailPort: boolean;
  source: Address | undefined;
  readonly backends: string[];
  readonly servers: MailProxy[];
}

/** Returns what the text of a configuration of haproxy hands on. */
export function haproxyOf(text: string, path: string): MailProxy[] {
  const sections: Section[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    const [keyword = '', first = '', address = ''] = words;
    const section = sections.at(-1);
    if (['listen', 'frontend', 'backend', 'defaults', 'global'].includes(keyword)) {
      sections.push({ name: first, hasMailPort: false, source: undefined, backends: [], servers: [] });
    } else if (section === undefined) continue;
    else if (keyword === 'bind') section.hasMailPort ||= first.split(',').some(hasMailPort);
    else if (keyword === 'use_backend' || keyword === 'default_backend') section.backends.push(first);
    else if (keyword === 'source') section.source = hostOf(first);
    else if (keyword === 'server' || keyword === 'default-server') {
      section.hasMailPort ||= hasMailPort(address);
      const source = words.includes('source') ? hostOf(words[words.indexOf('source') + 1] ?? '') : undefined;
      const passesClient = words.some((word) => word.startsWith('send-proxy'));
      section.servers.push({ program: 'haproxy', origin: `${path}:${index + 1}`, passesClient, source });
    }
  }
  const mail = sections.filter((section) => section.hasMailPort);
  const named = new Set(mail.flatMap(({ backends }) => backends));
  return sections
    .filter((section) => section.hasMailPort || named.has(section.name))
    .flatMap(({ servers, source }) => servers.map((each) => ({ ...each, source: each.source ?? source })));
}

/** Returns what the text of a configuration of nginx hands on in its `stream` blocks. */
export function nginxOf(text: string, path: string): MailProxy[] {
  const found: MailProxy[] = [];
  const blocks: string[] = [];
  const fresh = {
    hasMailPort: false,
    passesClient: false,
    source: undefined as Address | undefined,
    line: 0,
  };
  let stream = { ...fresh };
  let server = { ...fresh };
  let words: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const token of line.replace(/(^|\s)#.*/, '').match(/[{};]|[^\s{};]+/g) ?? []) {
      if (token === '{') {
        blocks.push(words[0] ?? '');
        if (words[0] === 'stream') stream = { ...fresh };
        if (words[0] === 'server') server = { ...stream, line: index + 1 };
        words = [];
      } else if (token === ';') {
        const target = blocks.at(-1) === 'server' ? server : stream;
        if (words[0] === 'listen') target.hasMailPort ||= hasMailPort(words[1] ?? '');
        if (words[0] === 'proxy_protocol') target.passesClient = words[1] === 'on';
        if (words[0] === 'proxy_bind') target.source = hostOf(words[1] ?? '');
        words = [];
      } else if (token === '}') {
        const { hasMailPort: isMail, passesClient, source, line: begun } = server;
        if (blocks.pop() === 'server' && !blocks.includes('http') && !blocks.includes('mail') && isMail) {
          found.push({ program: 'nginx', origin: `${path}:${begun}`, passesClient, source });
        }
        words = [];
      } else words.push(token);
    }
  }
  return found;
}

function hasMailPort(text: string): boolean {
  return mailPorts.has(/(?:^|:)(\d+)$/.exec(text)?.[1] ?? '');
}

/** Returns the address in a text with or without a port; undefined for a name. */
function hostOf(text: string): Address | undefined {
  const bare = text.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  const address = parseAddress(bare);
  return isAddress(address) ? address : undefined;
}

/** Returns the texts of files with an ending in a folder and in those right below it; what cannot be read is left out. */
function textsIn(folder: string, ending: string, depth = 1): [path: string, text: string][] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return depth > 0 ? textsIn(path, ending, depth - 1) : [];
      return entry.isFile() && path.endsWith(ending) ? [[path, textOf(path)]] : [];
    });
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readText(path);
  } catch {
    return '';
  }
}
