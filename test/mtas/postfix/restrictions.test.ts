import { describe, expect, it } from 'vitest';
import { listItems, withWord, wordsOf } from '../../../src/mtas/postfix/restrictions.ts';

const lookup = 'cdb:/var/lib/exact/relay';

/** Returns what stands for each place of a list. */
function standsFor(list: string, classes: Record<string, string> = {}, values: Record<string, string> = {}) {
  const names = { classes: new Map(Object.entries(classes)), valueOf: (name: string) => values[name] };
  return listItems(list, names).map(({ restrictions }) =>
    restrictions?.map(({ word, argument, onlyWarns }) =>
      [onlyWarns ? 'warns' : '', word, argument].filter(Boolean).join(' '),
    ),
  );
}

describe('wordsOf()', () => {
  it('parts a list at blanks and commas, and keeps braces together', () => {
    expect(wordsOf(' permit_mynetworks,reject { check_client_access, x } inline:{a=b, c=d}')).toEqual([
      'permit_mynetworks',
      'reject',
      '{ check_client_access, x }',
      'inline:{a=b, c=d}',
    ]);
    const piped = `pipemap:{${lookup}, inline:{ {OK=FILTER smtp:[127.0.0.1]:10026} }}`;
    expect(wordsOf(piped)).toEqual([piped]);
  });
});

describe('listItems()', () => {
  it('knows what a restriction asks, and that warn_if_reject has the next one refuse nobody', () => {
    expect(
      standsFor(
        'warn_if_reject reject_rbl_client a.example, check_policy_service { unix:p, timeout=1 } reject',
      ),
    ).toEqual([
      ['warns reject_rbl_client a.example'],
      ['check_policy_service { unix:p, timeout=1 }'],
      ['reject'],
    ]);
  });

  it('has restriction classes and parameters stand for what they hold, in their places', () => {
    const classes = { popusers: `permit_mynetworks, check_client_access ${lookup}` };
    expect(standsFor('$own reject', classes, { own: 'popusers sleep 1' })).toEqual([
      ['permit_mynetworks', `check_client_access ${lookup}`, 'sleep 1'],
      ['reject'],
    ]);
  });

  it('ends where they go round, and does not know what it cannot read', () => {
    expect(standsFor('round', { round: 'round reject' })).toEqual([['round', 'reject']]);
    expect(standsFor('$turn', {}, { turn: '$turn' })).toEqual([undefined]);
    expect(standsFor(`\${x?{a}:{b}} $none`)).toEqual([undefined, undefined]);
  });
});

describe('withWord()', () => {
  const items = (list: string) => listItems(list, { classes: new Map(), valueOf: () => undefined });

  it('puts it before one of the items, and nowhere else', () => {
    const word = `check_client_access ${lookup}`;
    expect(withWord(items(`permit_mynetworks, $more, reject, ${word}`), word, 2)).toBe(
      `permit_mynetworks $more ${word} reject`,
    );
  });
});
