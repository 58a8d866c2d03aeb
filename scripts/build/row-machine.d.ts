import type { Plugin } from 'vitest/config';

/** Returns a plugin for Vite, which gets the machine that makes rows of logins for `machine.wasm`. */
export function rowMachineForVite(root: string): Plugin;

/** Returns a plugin for esbuild, which gets the machine for the import. */
export function rowMachineForEsbuild(root: string): import('esbuild').Plugin;
