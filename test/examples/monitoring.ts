/** What examples/ has for Prometheus and Grafana, as tests look at it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const examples = new URL('../../examples/', import.meta.url);

/** The file of alert rules. */
export const rulesFile = fileURLToPath(new URL('prometheus/exact.rules.yml', examples));

/** A query, and how what it gives is named. */
interface Query {
  readonly expr: string;
  readonly legendFormat: string;
}

/** A panel of the dashboard. */
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Query[];
}

/** The dashboard, as far as tests look at it. */
export interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

/** Returns the dashboard. */
export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(new URL('grafana/exact.json', examples), 'utf8'));
}

/** Returns the name of each alert, in the order of the file. */
export function alertNames(): string[] {
  return [...readFileSync(rulesFile, 'utf8').matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);
}

/** Returns the expressions of the alerts. */
export function alertExpressions(): string[] {
  return [...readFileSync(rulesFile, 'utf8').matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr);
}
