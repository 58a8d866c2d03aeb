import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { courierKey } from '../../src/maps/courier-rules.ts';
import { formOfGroups, groupsOf, groupsRefusal } from '../../src/maps/ipv6-groups.ts';
import { formOfSendmailKey, sendmailKey } from '../../src/maps/sendmail-key.ts';
import { forms } from './map-table.ts';

describe('groupsOf()', () => {
  it.each([
    { given: '2001:db8::2', want: '2001 db8 0 0 0 0 0 2' },
    { given: '2001:db8:7::', want: '2001 db8 7 0 0 0 0 0' },
    { given: '::1', want: '0 0 0 0 0 0 0 1' },
    { given: '1:2:3:4:5:6:7:89ab', want: '1 2 3 4 5 6 7 89ab' },
    { given: '2001:db8:7::/64', want: '2001 db8 7 0' },
    { given: '2001:db8:7::/48', want: '2001 db8 7' },
    { given: '2001:db8:0:5::/80', want: '2001 db8 0 5 0' },
  ])('of $given', ({ given, want }) => expect(groupsOf(given).join(' ')).toBe(want));

  it('makes no key of a network that ends within a group', () => {
    expect(() => groupsOf('2001:db8::/60')).toThrow('ends within a group');
    expect([48, 56, 60, 64, 65, 112, 127, 128].filter((bits) => groupsRefusal(bits) === undefined)).toEqual([
      48, 64, 112, 128,
    ]);
  });

  it('is undone by formOfGroups()', () => {
    fc.assert(
      fc.property(fc.constantFrom(48, 64, 96, 128).chain(forms), (given) => {
        for (const form of given.filter((each) => each.includes(':'))) {
          expect(formOfGroups(groupsOf(form))).toBe(form);
          expect(formOfGroups(groupsOf(form).map((group) => group.toUpperCase().padStart(4, '0')))).toBe(
            form,
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([[], ['x'], ['12345'], ['1', '2', '3', '4', '5', '6', '7', '8', '9'], ['ff02', '', '1']])(
    'formOfGroups() takes no %j',
    (...groups) => expect(formOfGroups(groups)).toBeUndefined(),
  );
});

describe('keys', () => {
  it.each([
    { form: '198.51.100.1', sendmail: '198.51.100.1', courier: '198.51.100.1' },
    {
      form: '2001:db8::30',
      sendmail: 'IPv6:2001:db8:0:0:0:0:0:30',
      courier: ':2001:0db8:0000:0000:0000:0000:0000:0030',
    },
    { form: '2001:db8:6::/64', sendmail: 'IPv6:2001:db8:6:0', courier: ':2001:0db8:0006:0000' },
  ])('of $form', ({ form, sendmail, courier }) => {
    expect(sendmailKey(form)).toBe(sendmail);
    expect(formOfSendmailKey(sendmail)).toBe(form);
    expect(formOfSendmailKey(sendmail.toLowerCase())).toBe(form);
    expect(courierKey(form)).toBe(courier);
  });

  it.each(['203.0.113', 'example.org', 'ipv6:x', 'ipv6:', ''])('formOfSendmailKey() leaves %j', (key) => {
    expect(formOfSendmailKey(key)).toBe(key);
  });
});
