/** R26: random schedules of writing, rotating, destroying and reading, against the model's oracle. */
import { it } from 'vitest';
import { checkRotation } from './rotation-property.ts';

/** EXACT_SEEDS=200 and more for a thorough run. */
const runs = Number(process.env.EXACT_SEEDS ?? 100);

it(
  `R26 ${runs} random schedules: no line lost, none read twice, no half line`,
  () => checkRotation(runs),
  600_000,
);
