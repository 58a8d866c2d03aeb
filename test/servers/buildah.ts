/**
 * Images as buildah builds them, and what runs programs in containers of them, where no engine can: buildah's isolation
 * `chroot` wants root and no more. In the place of the image that the recipes begin with, which a registry would bring,
 * stands a Debian that debootstrap makes.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { slimDebianFiles } from './debian-files.ts';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const base = 'docker.io/library/debian:trixie-slim';

/** What an image is started with, and how it is asked whether it is well. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly User: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** A container. */
export interface Container {
  /** The command that runs a command in it; options are those of buildah-run(1). */
  command(words: readonly string[], ...options: readonly string[]): string[];
  /** Copies what the image has in a folder, as an engine does for a volume that is new. */
  copyFolder(path: string, to: string): void;
}

/** Builds an image of a recipe, both it and the context named from the root of the project. */
export function buildImage(name: string, recipe: string, context: string, target?: string): ImageConfig {
  installPackages({ buildah: 'buildah' });
  makeBase();
  const stage = target === undefined ? [] : ['--target', target];
  buildah(
    ...['build', '--isolation', 'chroot', '--format', 'docker', '--pull-never', ...stage],
    ...['--file', join(root, recipe), '--tag', name, join(root, context)],
  );
  return JSON.parse(buildah('inspect', '--type', 'image', name)).Docker.config;
}

/** Makes a container of an image, with volumes as in `FOLDER:/var/log/mail:ro`. */
export function containerOf(image: string, ...volumes: readonly string[]): Container {
  const name = buildah('from', '--pull-never', image).trim();
  const mounted = volumes.flatMap((volume) => ['--volume', volume]);
  for (const volume of volumes) {
    // Of a folder that is one of the image's volumes too, buildah mounts the one or the other.
    buildah('config', '--volume', `${volume.split(':')[1]}-`, name);
  }
  return {
    command: (words, ...options) => [
      ...['buildah', ...storage(), 'run', '--isolation', 'chroot', ...options, ...mounted],
      ...[name, '--', ...words],
    ],
    copyFolder(path, to) {
      execFileSync('cp', ['-a', `${join(buildah('mount', name).trim(), path)}/.`, to]);
      buildah('umount', name);
    },
  };
}

let hasBase = false;

function makeBase(): void {
  if (hasBase) return;
  const name = buildah('from', 'scratch').trim();
  buildah('add', '--quiet', name, slimDebianFiles(), '/');
  buildah('commit', '--quiet', '--format', 'docker', name, base);
  buildah('rm', name);
  hasBase = true;
}

/** Has buildah do something, and returns what it prints; throws an Error with what it said where it fails. */
function buildah(...args: readonly string[]): string {
  const options = { encoding: 'utf8', maxBuffer: 1 << 26, cwd: root, stdio: 'pipe' } as const;
  return execFileSync('buildah', [...storage(), ...args], options);
}

function storage(): string[] {
  const folder = join(inject('runFolder'), 'images');
  return ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
}
