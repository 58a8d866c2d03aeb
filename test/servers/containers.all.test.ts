/**
 * The images of examples/container, built and run, as one history: Dovecot logs to a volume, Exact publishes on another,
 * Postfix looks up; each is started by what its image, or the file for compose, names.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { buildImage, type Container, containerOf, type ImageConfig } from './buildah.ts';
import { buildPackage } from './built-package.ts';
import { installPackages } from './install.ts';
import { logIn } from './mail-login.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { replyToRecipient } from './smtp-probe.ts';

const folder = fileURLToPath(new URL('../../examples/container', import.meta.url));
// A busy machine takes its time to build images, and each command is a process of buildah's.
vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 1_800_000 });

const client = '198.51.100.23';

let host: Namespace;
let images: Record<'exact' | 'dovecot' | 'postfix', ImageConfig>;
let exact: Container;
/** When the container of Exact was made. Seconds since 1970. */
let begun: number;

const replies = () => replyToRecipient(host, 25, [client]);

/** Starts what goes on until the namespace ends; what it says comes into a file. */
async function start(name: string, command: readonly string[]): Promise<void> {
  const path = join(host.folder, `${name}.said`);
  await host.must(['sh', '-c', `exec "$@" >${path} 2>&1 </dev/null &`, 'sh', ...command]);
}

const said = (name: string) => readFileSync(join(host.folder, `${name}.said`), 'utf8');

/** Makes a folder for a volume. */
function volume(name: string): string {
  const path = join(host.folder, name);
  mkdirSync(path);
  return path;
}

beforeAll(async () => {
  buildPackage();
  host = await openNamespace();
  images = {
    exact: buildImage('exact-relay', 'examples/container/Containerfile', '.'),
    dovecot: buildImage('dovecot', 'examples/container/mail.Containerfile', 'examples/container', 'dovecot'),
    postfix: buildImage('postfix', 'examples/container/mail.Containerfile', 'examples/container', 'postfix'),
  };
});
afterAll(() => host?.close());

it('its scripts have nothing that shellcheck would change', () => {
  installPackages({ shellcheck: 'shellcheck' });
  const { stdout } = spawnSync('shellcheck', ['exact-loop', 'exact-healthy'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

it.each([
  ['compose.yaml'],
  ['compose.yaml', 'compose.json-file.yaml'],
  ['compose.yaml', 'compose.syslog.yaml'],
])('compose takes %s %s', (...files) => {
  installPackages({ 'docker-compose': 'docker-compose' });
  const args = [...files.filter(Boolean).flatMap((file) => ['--file', file]), 'config', '--quiet'];
  const { status, stderr } = spawnSync('docker-compose', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DOVECOT: '5f2a' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('who has read mail from a container may send through another, and --check finds all in order', async () => {
  const [log, relay] = [volume('maillog'), volume('relay')];
  const dovecot = containerOf('dovecot', `${log}:/var/log/mail`);
  dovecot.copyFolder('/var/log/mail', log);
  exact = containerOf('exact-relay', `${log}:/var/log/mail:ro`, `${relay}:/var/lib/exact`);
  exact.copyFolder('/var/lib/exact', relay);
  begun = Math.ceil(Date.now() / 1000) + 1;
  const postfix = containerOf('postfix', `${relay}:/var/lib/exact:ro`);
  await host.must(
    dovecot.command(['sh', '-c', "useradd --create-home alice; echo 'alice:secret of alice' | chpasswd"]),
  );
  await start('dovecot', dovecot.command(images.dovecot.Entrypoint));
  // It has its number among the processes of the namespace.
  const noted = ['sh', '-c', 'echo $$ >/var/lib/exact/pid; exec "$@"', 'sh', ...images.exact.Entrypoint];
  await start('exact', exact.command(noted));
  const health = images.exact.Healthcheck.Test[1]?.split(' ') ?? [];
  await vi.waitFor(() => host.must(exact.command(health)), { timeout: 300_000, interval: 1000 });
  // The /dev that buildah makes has no /dev/stdout, which an engine's has.
  const silent = ['sh', '-c', 'postconf -e maillog_file= && exec "$@"', 'sh', ...images.postfix.Entrypoint];
  await start('postfix', postfix.command(silent));
  await vi.waitFor(async () => expect(await replies()).toEqual({ [client]: 554 }), {
    timeout: 300_000,
    interval: 1000,
  });
  const login = {
    protocol: 'imap',
    source: client,
    user: 'alice',
    password: 'secret of alice',
    tls: true,
  } as const;
  expect(await logIn(host, [login])).toEqual([true]);
  await vi.waitFor(async () => expect(await replies()).toEqual({ [client]: 250 }), {
    timeout: 300_000,
    interval: 1000,
  });
  const check = await host.must(exact.command(['exact', 'update', '--check']));
  expect(check).toMatch(/^ok +timer +exact-loop, last run \d+ s ago, exit 0$/m);
  expect(check).not.toMatch(/^(?:WARN|FAIL)|cron|systemctl|sudo|adduser/m);
  expect(said('exact')).toBe('');
});

it('runs as an account of its own, which reads logs, and writes to the volume alone', async () => {
  expect(images.exact.User).toBe('exact');
  expect(await host.must(exact.command(['id']))).toMatch(
    /^uid=925\(exact\) gid=925\(exact\) groups=.*\b4\(adm\)/,
  );
  const written = ['find', '/', '-xdev', '-newermt', `@${begun}`, '-type', 'f'];
  const changed = await host.must(exact.command(written, '--user', 'root'));
  // These are the volumes, and buildah's own.
  expect(changed).not.toMatch(
    /^\/(?!(?:dev|proc|run|sys|var\/lib\/exact|var\/log\/mail)\/|etc\/(?:hosts|hostname|resolv\.conf)$)/m,
  );
});

it('is found unwell where the last run is long ago', async () => {
  const pid = readFileSync(join(host.folder, 'relay/pid'), 'utf8').trim();
  await host.must(['kill', '-TERM', pid]);
  await vi.waitFor(
    async () => expect((await host.run(['test', '-e', `/proc/${pid}`])).status).toBe(1),
    300_000,
  );
  await host.must(exact.command(['sh', '-c', 'touch -d "-1 hour" /var/lib/exact/state.*']));
  const { status, stderr } = await host.run(exact.command(['exact-healthy']));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^exact-healthy: the last run was 3[67]\d\d seconds ago/);
  const check = await host.run(exact.command(['exact', 'update', '--check']));
  expect(check.stdout).toMatch(
    /^(?:WARN|FAIL) +timer .*\n +fix +install cron, or start a container by exact-loop/m,
  );
});

it('reads the file of Docker that compose.json-file.yaml mounts', async () => {
  const [log, run, relay] = [volume('docker'), volume('run'), volume('relay-of-docker')];
  const { services } = parse(readFileSync(join(folder, 'compose.json-file.yaml'), 'utf8'));
  const other = containerOf('exact-relay', `${log}:/log:ro`, `${run}:/run/exact`, `${relay}:/var/lib/exact`);
  other.copyFolder('/var/lib/exact', relay);
  await host.must(['chown', '925:925', run]);
  const stamp = new Date().toISOString();
  const line = `imap-login: Info: Login: user=<bob>, method=PLAIN, rip=${client}, lip=192.0.2.1, mpid=9, TLS, session=<x>`;
  const time = new Date().toUTCString().replace(/^\w+, (\d+) (\w+) \d+ (\S+) GMT$/, '$2 $1 $3');
  writeFileSync(
    join(log, '5f2a-json.log'),
    `${JSON.stringify({ log: `${time} ${line}\n`, stream: 'stderr', time: stamp })}\n`,
  );
  const words = services.exact.entrypoint.map((word: string) => word.replaceAll('$$', '$'));
  const environment = Object.entries(services.exact.environment).map(([name, value]) => `${name}=${value}`);
  await start('docker', other.command(['env', ...environment, ...words]));
  await vi.waitFor(() => expect(readFileSync(join(relay, 'relay.txt'), 'utf8')).toBe(`${client}\n`), {
    timeout: 300_000,
    interval: 500,
  });
  expect(said('docker')).toBe('');
});
