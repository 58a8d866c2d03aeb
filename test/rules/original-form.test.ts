import { describe, expect, it } from 'vitest';
import { groupOrder, isOriginalForm } from '../../src/rules/original-form.ts';
import { parseStanzas } from '../../src/rules/stanza.ts';

describe('groupOrder()', () => {
  const userFirst = { user: 2, address: 3 };
  const hostFirst = { user: 3, address: 2 };
  it.each([
    { order: 'user host', groups: 3, want: userFirst },
    { order: 'host user', groups: 3, want: hostFirst },
    { order: 'userhost', groups: 3, want: userFirst },
    { order: 'ip,login', groups: 3, want: hostFirst },
    { order: 'USERNAME ADDRESS', groups: 3, want: userFirst },
    { order: 'uh', groups: 3, want: userFirst },
    { order: 'hu', groups: 3, want: hostFirst },
    { order: 'user host', groups: 5, want: userFirst },
    { order: 'user host', groups: 2, want: { user: 1, address: 2 } },
    { order: 'host user', groups: 2, want: { user: 2, address: 1 } },
    { order: 'user host', groups: 1, want: undefined },
    { order: 'user', groups: 3, want: undefined },
    { order: 'host', groups: 3, want: undefined },
    { order: 'user host user', groups: 3, want: undefined },
    { order: 'host host', groups: 3, want: undefined },
    { order: '1 2', groups: 3, want: undefined },
  ])('$order of $groups groups: $want', ({ order, groups, want }) => {
    expect(groupOrder(order, groups)).toEqual(want);
  });
});

describe('isOriginalForm()', () => {
  it.each([
    { lines: 'order user host\nmatch (a)(b)(c)', want: true },
    { lines: 'order user host\nprogram x\nmatch (a)(b)(c)', want: true },
    { lines: 'match (a)(b)(c)', want: true },
    { lines: 'program x\nmatch (a)(b)(c)', want: false },
    { lines: 'match %{USER} %{ADDRESS}', want: false },
    { lines: 'match x\nconnect %{ADDRESS}', want: false },
  ])('$lines: $want', ({ lines, want }) => {
    const [stanza] = parseStanzas('f', `<server a>\n${lines}\n</server>`).stanzas;
    expect(stanza && isOriginalForm(stanza)).toBe(want);
  });
});
