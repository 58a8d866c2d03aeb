import type { Plugin } from 'vitest/config';

export function serverNames(root: string): string[];
export function joinedRulesForVite(root: string): Plugin;

/** Gives esbuild the catalog in the place of its module. */
export function joinedRulesForEsbuild(root: string): import('esbuild').Plugin;
