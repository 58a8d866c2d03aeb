/** R26: random schedules of writing, rotating, destroying and reading, against the model's oracle. */
import { it } from 'vitest';
import { seeds } from '../seeds.ts';
import { checkRotation } from './rotation-property.ts';

const runs = seeds;

it(
  `R26 ${runs} random schedules: no line lost, none read twice, no half line`,
  () => checkRotation(runs),
  600_000,
);
