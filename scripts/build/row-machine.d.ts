import type { Plugin } from 'vitest/config';

/** Returns a plugin for Vite, which gets the machine that makes rows of logins for `machine.wasm`. */
export function rowMachineForVite(root: string): Plugin;
