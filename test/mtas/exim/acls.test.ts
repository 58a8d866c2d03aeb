import { expect, it } from 'vitest';
import { type AclStatement, refusingStatements } from '../../../src/mtas/exim/acls.ts';

const ours = 'hosts = /var/lib/exact/relay.txt';
const isOurs = ({ lines }: AclStatement) => lines.some((line) => line.includes('/var/lib/exact/relay.txt'));

/** As `exim -bP config` prints a configuration. */
function configOf(acl: readonly string[], more: readonly string[] = []): string {
  const lines = [
    'acl_smtp_rcpt = r',
    ...more,
    'begin acl',
    ...acl.map((line) => `    ${line}`),
    'begin routers',
    'deny:',
  ];
  return `${lines.join('\n')}\n`;
}

it.each([
  [['deny', 'dnslists = a.example', 'accept', ours], 'deny', 'dnslists = a.example', true],
  [['drop dnslists = a.example'], 'drop', 'dnslists = a.example', false],
  [
    ['deny', 'message = no', '!verify = reverse_host_lookup', `accept ${ours}`],
    'deny',
    '!verify = reverse_host_lookup',
    true,
  ],
  [['require verify = helo', `accept ${ours}`], 'require', 'verify = helo', true],
])('finds %j', (statements, verb, condition, isBeforeLookup) => {
  expect(refusingStatements(configOf(['r:', ...statements]), isOurs)).toEqual([
    { acl: 'r', phase: 'rcpt', verb, condition, isBeforeLookup, severity: 'refuses' },
  ]);
});

it.each([
  [[`accept ${ours}`, 'deny dnslists = a.example']],
  [['warn dnslists = a.example', `accept ${ours}`]],
  [['deny', `!${ours}`, 'dnslists = a.example']],
  [['deny !verify = sender', `accept ${ours}`]],
  [['accept dnslists = a.example', `accept ${ours}`]],
])('finds nothing in %j', (statements) => {
  expect(refusingStatements(configOf(['r:', ...statements]), isOurs)).toEqual([]);
});

it('looks at each ACL that is asked before a recipient is taken, and at no other', () => {
  const acls = [
    'c:',
    'accept',
    'h:',
    'defer ratelimit = 9 / 1h',
    'd:',
    'deny dnslists = a.example',
    'r:',
    `accept ${ours}`,
  ];
  const found = refusingStatements(
    configOf(acls, ['acl_smtp_connect = c', 'acl_smtp_helo = h', 'acl_smtp_data = d']),
    isOurs,
  );
  expect(found).toMatchObject([
    { acl: 'h', phase: 'helo', condition: 'ratelimit = 9 / 1h', severity: 'may refuse' },
  ]);
});
