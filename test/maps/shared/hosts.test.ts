import { describe, expect, it } from 'vitest';
import { absence, standingOf } from '../../../src/maps/shared/hosts.ts';

describe('standingOf', () => {
  const known = { instance: 'a', former: ['a', 'older'], beats: 5, token: 't5', pending: 't6' };
  const met = { instance: 'a', token: 't5', beats: 6, age: 60 };

  it.each([
    { as: 'good', because: 'the table has what was sent last', met },
    { as: 'good', because: 'a run that did not end has come by too', met: { ...met, beats: 9 } },
    { as: 'unsure', because: 'a push was interrupted', met: { ...met, token: 't6' } },
    { as: 'back', because: 'it has seen this host less often', met: { ...met, beats: 5 } },
    { as: 'back', because: 'it does not know this host', met: undefined },
    {
      as: 'back',
      because: 'it has an id that this host had',
      met: { ...met, instance: 'older', token: 't1' },
    },
    { as: 'behind', because: 'this host has sent more than it knows', met: { ...met, token: 't9' } },
    { as: 'taken', because: 'another host is there', met: { ...met, instance: 'b' } },
    { as: 'behind', because: 'the other is gone', met: { ...met, instance: 'b', age: absence + 1 } },
    {
      as: 'behind',
      because: 'the clock of the database was set back',
      met: { ...met, instance: 'b', age: -1000 },
    },
  ])('is $as where $because', ({ as, met }) => {
    expect(standingOf(known, met)).toBe(as);
  });

  it('is none that could be trusted where nothing is remembered', () => {
    const nothing = { instance: '', former: [], beats: 0, token: '', pending: '' };
    expect(standingOf(nothing, undefined)).toBe('behind');
    expect(standingOf(nothing, met)).toBe('taken');
    expect(standingOf(nothing, { ...met, age: absence + 1 })).toBe('behind');
  });
});
