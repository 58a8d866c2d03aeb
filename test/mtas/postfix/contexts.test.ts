import { describe, expect, it } from 'vitest';
import { checkContexts, contextFindings } from '../../../src/mtas/postfix/contexts.ts';

const contextOf = (type: string) => `system_u:object_r:${type}:s0\n`;

describe('the contexts of the folders of maps', () => {
  it('are told where no domain of Postfix may read them, with the commands that give them another', () => {
    expect(contextFindings([['/var/lib/exact', contextOf('var_lib_t')]])).toEqual([
      {
        level: 'WARN',
        text: 'SELinux: /var/lib/exact has type var_lib_t, which Postfix may not read, by the source of the policy (not tried)',
        fix: "semanage fcontext -a -t postfix_etc_t '/var/lib/exact(/.*)?' && restorecon -R /var/lib/exact",
      },
    ]);
    expect(contextFindings([['/srv/a.b', contextOf('default_t')]])).toMatchObject([
      { fix: String.raw`semanage fcontext -a -t postfix_etc_t '/srv/a\.b(/.*)?' && restorecon -R /srv/a.b` },
    ]);
  });

  it('are passed over where Postfix may read them, where they are not known, and without SELinux', () => {
    const others = [contextOf('postfix_etc_t'), contextOf('made_here_t'), '?\n', ''];
    expect(contextFindings(others.map((context) => ['/var/lib/exact', context] as const))).toEqual([]);
    expect(checkContexts(['/var/lib/exact/relay.cdb'])).toEqual([]);
  });
});
