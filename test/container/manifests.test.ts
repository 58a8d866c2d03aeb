/** The files beside the image's: they are YAML, and say the same of folders, numbers, networks and settings. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runExact } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = new URL('../../examples/container/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const composed = names.filter((name) => name.startsWith('compose.'));

/** The documents of a file; what is no YAML fails. */
function documents(name: string) {
  return parseAllDocuments(read(name), { merge: true }).map((document) => {
    expect(document.errors, name).toEqual([]);
    expect(document.warnings, name).toEqual([]);
    return document.toJS();
  });
}

/** What the image is made with. */
const uid = /--uid (\d+)/.exec(read('Containerfile'))?.[1] ?? '';
const settings = read('exact.conf');

/** Returns what Exact makes of the text of an exact.conf. */
async function settingsOf(text: string) {
  const path = join(temporaryFolder(), 'exact.conf');
  writeFileSync(path, text);
  return runExact(['dump', '--settings', '-c', path, '--state', join(temporaryFolder(), 'state')]);
}

it.each(names)('%s is YAML, and says that it was not run unless it was', (name) => {
  expect(documents(name).length).toBeGreaterThan(0);
  const isRun = ['compose.yaml', 'compose.json-file.yaml', 'compose.syslog.yaml'].includes(name);
  expect(read(name).startsWith('# NOT RUN: ')).toBe(!isRun);
});

it.each([
  ['the image', settings],
  ['kubernetes.yaml', documents('kubernetes.yaml')[0].data['exact.conf']],
])('the settings of %s are right, and let neither the gateway nor a crowd relay', async (_of, text) => {
  const { status, stdout, stderr } = await settingsOf(text);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^ignore +\d.*$/m);
  expect(stdout).toMatch(/^max-users-per-address +50 /m);
});

describe.each(composed.filter((name) => !/json-file|syslog/.test(name)))('%s', (name) => {
  const [{ services }] = documents(name);
  const [postfix] = Object.values<{ volumes?: string[]; depends_on?: unknown }>(services).filter(
    ({ depends_on }) => depends_on !== undefined,
  );

  it('has Exact write to one volume as its own account, and nowhere else', () => {
    expect(services.exact).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(services.exact).not.toHaveProperty('user');
    const written = services.exact.volumes.filter((volume: string) => !volume.endsWith(':ro'));
    expect(written).toEqual(['relay:/var/lib/exact']);
    for (const each of services.exact.tmpfs ?? []) expect(each).toContain(`uid=${uid},gid=${uid}`);
  });

  it('has Postfix read the maps alone, once there are some', () => {
    expect(postfix?.volumes).toContain('relay:/var/lib/exact:ro');
    expect(postfix?.depends_on).toEqual({ exact: { condition: 'service_healthy' } });
  });
});

describe('compose.yaml', () => {
  const [{ services, networks }] = documents('compose.yaml');

  it('has the log where exact.conf and Dovecot have it', () => {
    const path = /^maillog (\S+)$/m.exec(settings)?.[1];
    expect(read('mail.Containerfile')).toContain(`log_path = ${path}'`);
    expect(services.dovecot.volumes).toEqual(['maillog:/var/log/mail']);
    expect(services.exact.volumes).toContain('maillog:/var/log/mail:ro');
  });

  it('has a network that exact.conf ignores, and Exact in it, where it sees the gateway', () => {
    const [{ subnet, gateway }] = networks.mail.ipam.config;
    expect(settings).toMatch(new RegExp(`^ignore ${subnet}$`, 'm'));
    expect(settings).toContain(`gateway, ${gateway}, `);
    for (const service of Object.values<{ networks: string[] }>(services)) {
      expect(service.networks).toEqual(['mail']);
    }
  });
});

describe('kubernetes.yaml', () => {
  const all = documents('kubernetes.yaml');
  const pod = all.find(({ kind }) => kind === 'Deployment').spec.template.spec;
  const [exact, ...servers] = pod.containers;

  it('has Exact as the account of the image, on a root that is read-only, in reach of the log', () => {
    expect(exact.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: Number(uid),
      runAsGroup: Number(uid),
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    expect(pod.securityContext).toEqual({ supplementalGroups: [4] });
    expect(exact.livenessProbe.exec.command).toEqual(['exact-healthy']);
  });

  it('lets no server write the maps', () => {
    const mounts = servers.flatMap(({ volumeMounts }: { volumeMounts: { name: string }[] }) => volumeMounts);
    const relay = mounts.filter(({ name }: { name: string }) => name === 'relay');
    expect(relay).toEqual([{ name: 'relay', mountPath: '/var/lib/exact', readOnly: true }]);
  });
});
