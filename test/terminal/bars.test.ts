import { expect, it } from 'vitest';
import { barOf, digitOf } from '../../src/terminal/bars.ts';

it('draws nothing as nothing, the least as the lowest bar, and the greatest alone as the highest', () => {
  const values = [undefined, 0, 1, 50, 99, 100, 400, 799, 800];
  expect(values.map((value) => barOf(value, 800)).join('')).toBe('  ▁▁▁▁▄▇█');
  expect(values.map((value) => digitOf(value, 800)).join('')).toBe(' .1111489');
  expect([1, 1, 1].map((value) => barOf(value, 1)).join('')).toBe('███');
  expect([0, 0].map((value) => barOf(value, 0) + digitOf(value, 0)).join('')).toBe(' . .');
});
