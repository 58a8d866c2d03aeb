import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ClientSurroundings, checkClients, DayClients } from '../../src/check/clients.ts';
import { haproxyOf, nginxOf } from '../../src/check/proxies.ts';
import { gatewaysOf } from '../../src/host/neighbours.ts';
import { settingsOf } from '../config/host.ts';
import { namedNetworks } from '../relay/table-model.ts';

/** A host with a gateway, a bridge, and a proxy that connects from an address of its own. */
const surroundings: ClientSurroundings = {
  gateways: new Set(['172.18.0.1']),
  bridges: namedNetworks('172.17.0.0/16').map(({ network }) => ({ name: 'docker0', network })),
  proxies: [{ program: 'haproxy', origin: '/h.cfg:7', passesClient: false, source: '192.0.2.99' }],
  ownAddresses: new Set(['192.0.2.1']),
};

/** Users `u1`, `u2` … at each address. */
function clientsOf(counts: Readonly<Record<string, number>>): DayClients {
  const clients = new DayClients();
  for (const [address, count] of Object.entries(counts)) {
    for (let index = 1; index <= count; index++) {
      clients.add(address, `u${index}`);
      clients.add(address, `U${index}`);
    }
  }
  return clients;
}

const told = (config: string, counts: Readonly<Record<string, number>>, given = surroundings) =>
  checkClients(settingsOf(config), clientsOf(counts), given).map(({ level, text }) => `${level} ${text}`);

describe('checkClients()', () => {
  it.each([
    { address: '172.18.0.1', what: 'the default gateway of this host' },
    { address: '172.17.0.5', what: 'in the network of docker0, a bridge of containers' },
    { address: '192.0.2.99', what: 'from which haproxy passes connections on (/h.cfg:7)' },
  ])('warns of logins from $address, $what, with the line that keeps it out', ({ address, what }) => {
    const [finding, ...others] = checkClients(settingsOf(''), clientsOf({ [address]: 3 }), surroundings);
    expect(others).toEqual([]);
    expect(finding?.level).toBe('WARN');
    expect(finding?.text).toContain(`3 users logged in from ${address} in the last day, ${what}: `);
    expect(finding?.fix).toBe(`printf '%s\\n' 'ignore ${address}' >>/etc/exact/exact.conf`);
    expect(told(`ignore ${address}`, { [address]: 3 })).toEqual([]);
  });

  it('says nothing of clients', () => {
    expect(told('', { '198.51.100.1': 50, '172.19.0.1': 1, '2001:db8::1': 2 })).toEqual([]);
  });

  it('warns of many users where there is no limit, and notes those over it where there is one', () => {
    expect(told('', { '198.51.100.1': 51 })).toEqual([
      expect.stringMatching(/^WARN 51 users logged in from 198\.51\.100\.1 .*max-users-per-address is off/),
    ]);
    expect(told('max-users-per-address 2', { '198.51.100.1': 3, '198.51.100.2': 2 })).toEqual([
      expect.stringMatching(/^note 3 users logged in from 198\.51\.100\.1 .*with more than 2 at a time/),
    ]);
  });

  it('warns of a proxy on this host that hides its clients, if logins come from the host', () => {
    const words = 'WARN 4 users logged in from this host itself in the last day, which lets nobody relay: ';
    expect(told('', { '192.0.2.1': 4 })).toEqual([expect.stringContaining(words)]);
    expect(told('', { '127.0.0.1': 4 })).toEqual([expect.stringContaining(words)]);
    const passing = surroundings.proxies.map((proxy) => ({ ...proxy, passesClient: true }));
    expect(told('', { '127.0.0.1': 4 }, { ...surroundings, proxies: passing })).toEqual([]);
    expect(told('', { '198.51.100.1': 4 })).toEqual([]);
  });
});

describe('gatewaysOf()', () => {
  const head =
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
    'eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n';
  const zeros = '0'.repeat(32);

  it('finds the gateways of default routes, and no others', () => {
    const ipv4 = `${head}eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\nppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n`;
    const ipv6 =
      `${zeros} 00 ${zeros} 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n` +
      `20010db8000000000000000000000000 40 ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001     eth0\n` +
      `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo\n`;
    expect(gatewaysOf(ipv4, ipv6)).toEqual(['172.18.0.1', '2001:db8::1']);
    expect(gatewaysOf('', '')).toEqual([]);
  });

  it('reads the tables of this kernel', () => {
    expect(() =>
      gatewaysOf(readFileSync('/proc/net/route', 'utf8'), readFileSync('/proc/net/ipv6_route', 'utf8')),
    ).not.toThrow();
  });
});

describe('haproxyOf()', () => {
  it('finds the servers of sections for POP and IMAP, and of the backends that these name', () => {
    const text = `global
  log /dev/log local0
frontend imap # of everybody
  bind :143,:993
  default_backend mail
backend mail
  source 192.0.2.99
  server one 10.0.0.2:10143 check
  server two 10.0.0.3:10143 send-proxy-v2 source 192.0.2.98:0
listen pop
  server three [2001:db8::3]:110
frontend www
  bind :443
  default_backend web
backend web
  server web 10.0.0.4:80
`;
    const from = (line: number) => ({ program: 'haproxy', origin: `/h.cfg:${line}` });
    expect(haproxyOf(text, '/h.cfg')).toEqual([
      { ...from(8), passesClient: false, source: '192.0.2.99' },
      { ...from(9), passesClient: true, source: '192.0.2.98' },
      { ...from(11), passesClient: false, source: undefined },
    ]);
  });
});

describe('nginxOf()', () => {
  it('finds streams for POP and IMAP, and neither its mail proxy nor the web', () => {
    const text = `mail { server { listen 143; } }
http { server { listen 80; } server { listen 993 ssl; } }
stream {
  proxy_bind 192.0.2.97;
  upstream imap { server 10.0.0.2:143; }
  server { listen 143; # plain
    proxy_pass imap; }
  server { listen [::]:993 ssl; proxy_protocol on; proxy_pass imap; }
  server { listen 5432; proxy_pass db; }
}
`;
    expect(nginxOf(text, '/n.conf')).toEqual([
      { program: 'nginx', origin: '/n.conf:6', passesClient: false, source: '192.0.2.97' },
      { program: 'nginx', origin: '/n.conf:8', passesClient: true, source: '192.0.2.97' },
    ]);
  });
});
