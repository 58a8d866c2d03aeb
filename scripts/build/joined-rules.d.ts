import type { Plugin } from 'vitest/config';

export function serverNames(root: string): string[];
export function joinedRulesForVite(root: string): Plugin;
